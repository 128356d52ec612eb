/** A table of a Markdown page; words to the left, figures to the right. */
export function table(
  columns: readonly { readonly head: string; readonly align?: 'right' }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = columns.map(({ align }) => (align === 'right' ? '---:' : '---'));
  return [line(columns.map(({ head }) => head)), line(rule), ...rows.map(line)].join('\n');
}

/** Ids that were asked for and are not there, each with the reason: the section that the tests read. */
export function refusedSection(refused: Readonly<Record<string, string>>): string {
  const lines = Object.entries(refused).map(([id, reason]) => `- \`${id}\`: ${reason}`);
  return `## Not in the catalogue\n\n${lines.length > 0 ? lines.join('\n') : 'Nothing that was asked for is missing.'}\n`;
}

/** Things in groups by a name, in the order of the names. */
export function groupBy<T>(things: readonly T[], nameOf: (thing: T) => string): readonly (readonly [string, T[]])[] {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const name = nameOf(thing);
    groups.set(name, [...(groups.get(name) ?? []), thing]);
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b, 'en'));
}
