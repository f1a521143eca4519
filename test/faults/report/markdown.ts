type Cells = readonly (string | number)[];

const row = (cells: Cells): string => `| ${cells.join(' | ')} |`;

/** A table of a page, a line for each row. */
export function table(head: readonly string[], rows: readonly Cells[]): string[] {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)];
}
