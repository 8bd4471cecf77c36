type Colour = (text: string) => string;

/** Colours for a terminal, or none. */
export interface Paint {
  readonly bold: Colour;
  readonly dim: Colour;
  readonly red: Colour;
  readonly green: Colour;
  readonly yellow: Colour;
}

function sgr(on: number, off: number): Colour {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`;
}

const COLOURS: Paint = { bold: sgr(1, 22), dim: sgr(2, 22), red: sgr(31, 39), green: sgr(32, 39), yellow: sgr(33, 39) };

const same: Colour = (text) => text;
const PLAIN: Paint = { bold: same, dim: same, red: same, green: same, yellow: same };

/** By the stream that is written to; NO_COLOR and FORCE_COLOR have the last word. */
export function paintFor(isTerminal: boolean, environment: { readonly [name: string]: string | undefined }): Paint {
  if (environment.NO_COLOR !== undefined && environment.NO_COLOR !== '') return PLAIN;
  if (environment.FORCE_COLOR !== undefined && environment.FORCE_COLOR !== '0') return COLOURS;
  return isTerminal && environment.TERM !== 'dumb' ? COLOURS : PLAIN;
}
