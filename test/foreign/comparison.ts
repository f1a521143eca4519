import type { KafkaRecord } from '../../src/record/index.js';
import { caseOf, sourceOf, type ForeignRecords } from '../support/foreign-records.js';
import type { ForeignLibrary } from './libraries/library.js';

type Steadiness = Pick<ForeignLibrary, 'changingHeaders' | 'changingWhenRedriven' | 'isUnordered'>;

/**
 * Where what a library writes now differs from what was kept, as sentences. Of a stack trace only the first line counts,
 * and of a header that changes with every run only its being there.
 */
export function differencesBetween(
  kept: ForeignRecords,
  now: ForeignRecords,
  steadiness: Steadiness,
): string[] {
  const [before, after] = [describeAll(kept, steadiness), describeAll(now, steadiness)];
  const titles = new Set([...before.keys(), ...after.keys()]);
  const differences = [...titles].flatMap((title) =>
    difference(title, before.get(title), after.get(title)),
  );
  if (kept.version === now.version) return differences;
  return [`the version is ${now.version}, and ${kept.version} was kept`, ...differences];
}

/** Every dead letter under its case and the number of its failure. */
function describeAll(records: ForeignRecords, steadiness: Steadiness): Map<string, string> {
  const found = new Map<string, string>();
  const inTime = [...records.deadLetters].sort((one, other) => one.timestamp - other.timestamp);
  for (const letter of inTime) {
    const failures = [1, 2, 3].map((number) => `${caseOf(letter)}, failure ${number}`);
    const title = failures.find((one) => !found.has(one))!;
    const described = describe(letter, sourceOf(letter, records), steadiness);
    found.set(title, JSON.stringify(described, undefined, 2));
  }
  return found;
}

function describe(letter: KafkaRecord, source: KafkaRecord, steadiness: Steadiness): object {
  const { topic, partition, offset, timestamp, key, value } = letter;
  const { isUnordered = false } = steadiness;
  const headers = headersOf(letter, steadiness);
  return {
    topic,
    ...(isUnordered ? {} : { partition, offset }),
    hasTimestampOfSource: timestamp === source.timestamp,
    key: key?.toString('latin1') ?? null,
    value: value?.toString('latin1') ?? null,
    headers: isUnordered ? headers.map((each) => JSON.stringify(each)).sort() : headers,
  };
}

function headersOf(
  { headers }: KafkaRecord,
  { changingHeaders, changingWhenRedriven = [] }: Steadiness,
): [name: string, value: string | null][] {
  const isRedriven = headers.some(([name]) => name === 'x-redrive-id');
  const changing = [
    ...changingHeaders,
    'x-redrive-id',
    ...(isRedriven ? changingWhenRedriven : []),
  ];
  return headers.map(([name, bytes]) => {
    const value = bytes?.toString('latin1') ?? null;
    if (value === null) return [name, null];
    if (changing.includes(name)) return [name, 'changes'];
    return [name, name.endsWith('stacktrace') ? value.split('\n')[0]! : value];
  });
}

function difference(title: string, kept: string | undefined, now: string | undefined): string[] {
  if (kept === now) return [];
  if (kept === undefined) return [`${title}: was not kept`];
  if (now === undefined) return [`${title}: is not written any more`];
  const [was, is] = [kept.split('\n'), now.split('\n')];
  const line = is.findIndex((one, index) => one !== was[index]);
  return [`${title}: ${is[line]?.trim() ?? 'nothing'} instead of ${was[line]?.trim()}`];
}
