import { oneLine } from '../../observability/index.js';

const CELL_LIMIT_BYTES = 200;

/** Columns under their heads, two blanks apart; numbers stand to the right. A cell is one line without control characters. */
export function tableLines(
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  const cells = rows.map((row) => row.map((cell) => oneLine(String(cell), CELL_LIMIT_BYTES)));
  const widths = columns.map((head, index) =>
    Math.max(head.length, ...cells.map((row) => row[index]!.length)),
  );
  const isNumeric = columns.map(
    (_, index) => rows.length > 0 && rows.every((row) => typeof row[index] === 'number'),
  );
  const lineOf = (row: readonly string[]): string =>
    row
      .map((cell, index) =>
        isNumeric[index] === true ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!),
      )
      .join('  ')
      .trimEnd();
  return [lineOf(columns), ...cells.map(lineOf)];
}
