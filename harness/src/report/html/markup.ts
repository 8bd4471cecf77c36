/** Text that is HTML already. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | undefined | readonly Part[];

const ESCAPES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Controls that a page cannot show, and those that turn the direction of text around, as their code point. */
const HIDDEN = /(?![\t\n])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\p{Surrogate}]/gu;

export function escapeHtml(text: string): string {
  return text
    .replace(HIDDEN, (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`)
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/** HTML with everything that is filled in escaped, unless it is Markup: what a node sent cannot become code. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((string, i) => string + render(parts[i])).join(''));
}

function render(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(render).join('');
  return escapeHtml(String(part));
}
