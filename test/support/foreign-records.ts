import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { headerText, type KafkaRecord, type RecordHeader } from '../../src/record/index.js';

/** What a library made of the records that it was given, byte for byte. */
export interface ForeignRecords {
  readonly library: string;
  readonly version: string;
  /** What wrote this. */
  readonly command: string;
  readonly sources: readonly KafkaRecord[];
  readonly deadLetters: readonly KafkaRecord[];
}

/** Names what happens to a source record; every library passes it on to the dead letter. */
export const CASE_HEADER = 'case';

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'foreign');

/** The libraries whose records are kept. */
export function foreignLibraries(): string[] {
  return readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));
}

export function readForeignRecords(library: string): ForeignRecords {
  const kept = JSON.parse(readFileSync(fileOf(library), 'utf8')) as ForeignRecords;
  const { sources, deadLetters } = kept as unknown as Record<string, Encoded<KafkaRecord>[]>;
  return { ...kept, sources: sources!.map(decoded), deadLetters: deadLetters!.map(decoded) };
}

export function writeForeignRecords(library: string, records: ForeignRecords): void {
  const { sources, deadLetters } = records;
  const kept = { ...records, sources: sources.map(encoded), deadLetters: deadLetters.map(encoded) };
  writeFileSync(fileOf(library), `${JSON.stringify(kept, undefined, 2)}\n`);
}

export function caseOf({ headers }: Pick<KafkaRecord, 'headers'>): string | undefined {
  return headerText(headers, CASE_HEADER);
}

/** The record that a dead letter came from. */
export function sourceOf(letter: KafkaRecord, { sources }: ForeignRecords): KafkaRecord {
  return sources.find((source) => caseOf(source) === caseOf(letter))!;
}

type Encoded<Record extends KafkaRecord> = Omit<Record, 'key' | 'value' | 'headers'> & {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [name: string, value: string | null])[];
};

function encoded({ key, value, headers, ...place }: KafkaRecord): Encoded<KafkaRecord> {
  const named = headers.map(([name, bytes]) => [name, base64(bytes)] as const);
  return { ...place, key: base64(key), value: base64(value), headers: named };
}

function decoded({ key, value, headers, ...place }: Encoded<KafkaRecord>): KafkaRecord {
  const named = headers.map(([name, text]): RecordHeader => [name, bytesOf(text)]);
  return { ...place, key: bytesOf(key), value: bytesOf(value), headers: named };
}

function fileOf(library: string): string {
  return join(FOLDER, `${library}.json`);
}

function base64(bytes: Buffer | null): string | null {
  return bytes === null ? null : bytes.toString('base64');
}

function bytesOf(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text, 'base64');
}
