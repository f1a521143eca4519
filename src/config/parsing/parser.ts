/** Why a text is not a value. The hint is fixed text: it never quotes what was refused. */
export class Refusal {
  constructor(readonly hint?: string) {}
}

/** Turns the text of one key into its value. */
export interface Parser<Value> {
  /** What a right text looks like, as it follows "expected": `a duration such as 30s`. */
  readonly expects: string;
  /** Whether the value is a secret: it may then also stand in the file that `<KEY>_FILE` names. */
  readonly secret?: boolean;
  /** Never throws, and puts nothing of the text into a refusal. */
  parse(text: string): Value | Refusal;
}

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

export function isWithin(value: number, { min = -Infinity, max = Infinity }: Range): boolean {
  return value >= min && value <= max;
}

/** `, from 1 to 10`, with each end shown as `format` writes it; nothing for an open range. */
export function rangeText(range: Range, format: (value: number) => string = String): string {
  const { min, max } = range;
  if (min !== undefined && max !== undefined) return `, from ${format(min)} to ${format(max)}`;
  if (min !== undefined) return `, at least ${format(min)}`;
  return max === undefined ? '' : `, at most ${format(max)}`;
}
