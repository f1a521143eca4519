export type MetricLabels = Readonly<Record<string, string>>;

export interface MetricLine {
  readonly name: string;
  readonly labels: MetricLabels;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** The series of a text in Prometheus's format. Refuses what it cannot read. */
export function linesOf(text: string): MetricLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] = LINE.exec(line) ?? [];
      if (name === undefined) throw new Error(`not a line of a metric: ${line}`);
      return {
        name,
        labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, key, is]) => [key!, is!])),
        value: value === '+Inf' ? Infinity : Number(value),
      };
    });
}

/** The sum of the series of that name that have those labels; NaN when there is none. */
export function sumOf(
  lines: readonly MetricLine[],
  name: string,
  labels: MetricLabels = {},
): number {
  const found = lines.filter(
    (line) =>
      line.name === name && Object.entries(labels).every(([key, is]) => line.labels[key] === is),
  );
  return found.length === 0 ? NaN : found.reduce((sum, { value }) => sum + value, 0);
}
