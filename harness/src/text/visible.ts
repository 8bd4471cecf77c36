/** Controls, and what turns the direction of text around or has no form of its own. */
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Cs}\p{Cn}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Text that a node may have had a hand in, with what cannot be seen as its code point: nothing acts on a terminal or page. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`);
}
