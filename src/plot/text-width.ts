/** Widths of characters in em, in a wide sans-serif face (DejaVu Sans), so that other faces take less room. */
const WIDTHS: readonly (readonly [string, number])[] = [
  ["ijl'|I", 0.3],
  [' .,:;!', 0.34],
  ['-()[]ft/\\', 0.4],
  ['r"°', 0.47],
  ['sz_*', 0.53],
  ['ckvxyJ', 0.6],
  ['mMW%@…', 1],
  ['w+=<>~GOQDHNU×±', 0.84],
];

const USUAL = 0.65;
const CAPITAL = 0.71;
const widthOf = new Map(WIDTHS.flatMap(([characters, width]) => [...characters].map((one) => [one, width] as const)));

/** Pixels that a text takes at most, at a size in pixels; characters that are not of the Latin alphabet are taken for square. */
export function textWidth(text: string, size = 12): number {
  let width = 0;
  for (const character of text) width += widthOf.get(character) ?? unlisted(character);
  return width * size;
}

function unlisted(character: string): number {
  if (/[A-Z]/.test(character)) return CAPITAL;
  return (character.codePointAt(0) ?? 0) > 0x2fff ? 1 : USUAL;
}

/** Longest name that a picture shows whole. */
const LONGEST = 48;

/** A name cut to a length that a picture has room for. */
export function shorten(text: string, longest = LONGEST): string {
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}
