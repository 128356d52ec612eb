/** Text in lines of some width at most, broken between words; the lines after the first stand in. */
export function fold(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  // A number stays with its unit.
  for (const word of text.split(/(?<![\d.]) | (?=[\d(-])/)) {
    if (line.trim() !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `  ${word}`;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Signs of series and points, in their order; what lies beyond them shares a star. */
const SIGNS = 'abcdefghijklmnopqrstuvwxyz';

export function signOf(index: number): string {
  return SIGNS[index] ?? '*';
}
