import type { KafkaRecord, RecordHeader } from '../../record/index.js';
import type { Diagnosis, Dialect, NumberField, TextField } from './dialect.js';
import { DIALECTS } from './dialects.js';
import { firstValue, fromBytes, fromDigits, lastValue } from './header-numbers.js';

export interface Diagnosed extends Diagnosis {
  readonly dialect: string;
}

type Told = Pick<KafkaRecord, 'headers' | 'timestamp'>;

/** What a record's headers tell about its failure, in the dialect that they are written in. Never throws. */
export function diagnose({ headers, timestamp }: Told): Diagnosed {
  const dialect = DIALECTS.find(({ recognisedBy }) =>
    recognisedBy.some((name) => lastValue(headers, name) !== undefined),
  );
  if (dialect === undefined) return { dialect: 'unknown' };
  return {
    dialect: dialect.name,
    ...(dialect.keepsTimestamp === true ? { originalTimestamp: timestamp } : {}),
    ...read(dialect, dialect.texts, headers, (value) => value.toString('utf8')),
    ...readNumbers(dialect, headers),
  };
}

/** The headers of a foreign dead letter that its library would act on if the record came with them again. */
export function headersActedOn({ dialect }: Diagnosed): readonly string[] {
  return DIALECTS.find(({ name }) => name === dialect)?.actedOn ?? [];
}

function readNumbers(
  dialect: Dialect,
  headers: readonly RecordHeader[],
): Partial<Record<NumberField, number>> {
  const { numberForm, numbers, attemptsAhead = 0 } = dialect;
  const found = read(dialect, numbers, headers, numberForm === 'bytes' ? fromBytes : fromDigits);
  const { attempts } = found;
  return attempts === undefined ? found : { ...found, attempts: attempts + attemptsAhead };
}

function read<Field extends TextField | NumberField, Value>(
  { latest, fromEarliest = [] }: Dialect,
  fields: Readonly<Partial<Record<Field, readonly string[]>>>,
  headers: readonly RecordHeader[],
  valueOf: (value: Buffer) => Value | undefined,
): Partial<Record<Field, Value>> {
  const found: Partial<Record<Field, Value>> = {};
  for (const [field, names] of Object.entries(fields) as [Field, readonly string[]][]) {
    const isFirst = (latest === 'first') !== fromEarliest.includes(field);
    for (const name of names) {
      const bytes = isFirst ? firstValue(headers, name) : lastValue(headers, name);
      const value = bytes === undefined ? undefined : valueOf(bytes);
      if (value === undefined) continue;
      found[field] = value;
      break;
    }
  }
  return found;
}
