import type { RecordHeader } from '../../record/index.js';
import type { Diagnosis, Dialect } from './dialect.js';
import { DIALECTS } from './dialects.js';
import { fromBytes, fromDigits, lastValue } from './header-numbers.js';

export interface Diagnosed extends Diagnosis {
  readonly dialect: string;
}

/** What a record's headers tell about its failure, in the dialect that they are written in. Never throws. */
export function diagnose(headers: readonly RecordHeader[]): Diagnosed {
  const dialect = DIALECTS.find(({ recognisedBy }) =>
    recognisedBy.some((name) => lastValue(headers, name) !== undefined),
  );
  if (dialect === undefined) return { dialect: 'unknown' };
  return {
    dialect: dialect.name,
    ...read(dialect.texts, headers, (value) => value.toString('utf8')),
    ...read(dialect.numbers, headers, numberReader(dialect)),
  };
}

function numberReader({ numberForm }: Dialect): (value: Buffer) => number | undefined {
  return numberForm === 'bytes' ? fromBytes : fromDigits;
}

function read<Value>(
  fields: Readonly<Record<string, readonly string[]>>,
  headers: readonly RecordHeader[],
  valueOf: (value: Buffer) => Value | undefined,
): Record<string, Value> {
  const found: Record<string, Value> = {};
  for (const [field, names] of Object.entries(fields)) {
    for (const name of names) {
      const bytes = lastValue(headers, name);
      const value = bytes === undefined ? undefined : valueOf(bytes);
      if (value === undefined) continue;
      found[field] = value;
      break;
    }
  }
  return found;
}
