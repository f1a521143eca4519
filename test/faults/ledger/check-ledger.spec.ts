import type { Invariant, Verdict } from '../checker/verdict.js';
import { checkLedger } from './check-ledger.js';
import type { Input, LedgerEvidence, Output } from './ledger-evidence.js';

/** Two partitions of ten records each, every fifth of them unreadable, of four keys. */
const INPUTS: readonly Input[] = Array.from({ length: 20 }, (_, number) => {
  const [partition, offset] = [number % 2, Math.floor(number / 2)];
  const isBad = number % 5 === 4;
  return {
    ...{ partition, offset, key: `k${partition}-${offset % 2}` },
    ...(isBad ? {} : { id: `e${number}` }),
    expects: isBad ? 'dead-letter' : 'entry',
  };
});

/** As an engine without a fault would leave it, one transaction after the other: a marker stands behind each. */
function outputsOf(inputs: readonly Input[]): Output[] {
  const next = new Map<string, number>();
  return inputs.map(({ partition, offset, key, id, expects }) => {
    const log = `${expects} ${partition}`;
    const place = next.get(log) ?? 0;
    next.set(log, place + 2);
    const source = { partition, offset };
    return {
      kind: expects,
      topic: expects,
      partition,
      offset: place,
      key,
      ...(id && { id }),
      source,
    };
  });
}

const OUTPUTS = outputsOf(INPUTS);
const GOOD: LedgerEvidence = {
  inputs: INPUTS,
  during: OUTPUTS,
  after: OUTPUTS,
  ends: [0, 1].map((partition) => ({ topic: 'entries', partition, lastStable: 30, end: 30 })),
  lag: 0,
};

/** Both readers were given this. */
const read = (outputs: readonly Output[]): LedgerEvidence => ({
  ...GOOD,
  during: outputs,
  after: outputs,
});
const broken = (evidence: LedgerEvidence): Verdict[] =>
  checkLedger(evidence).filter(({ holds }) => !holds);
const findings = (evidence: LedgerEvidence): string[] =>
  broken(evidence).flatMap((verdict) => verdict.findings.map(({ what }) => what));

/** Two entries of one key, the one before the other. */
const [FIRST, SECOND] = OUTPUTS.filter(
  ({ kind, key }) => kind === 'entry' && key === OUTPUTS[0]!.key,
) as [Output, Output];
const LETTER = OUTPUTS.find(({ kind }) => kind === 'dead-letter')!;
const without = (gone: Output): Output[] => OUTPUTS.filter((output) => output !== gone);
const inPlaceOf = (old: Output, by: Output): Output[] =>
  OUTPUTS.map((output) => (output === old ? by : output));

describe('the checker of the ledger', () => {
  it('finds nothing where each record has one output, in order, and every reader saw the same', () => {
    expect(broken(GOOD)).toEqual([]);
  });

  it('counts what it has judged', () => {
    const numbers = Object.assign({}, ...checkLedger(GOOD).map((verdict) => verdict.numbers));
    expect(numbers).toEqual({
      ...{ records: 20, series: 4, entries: 16, deadLetters: 4, readDuringFaults: 20 },
    });
  });

  const PLANTED: readonly (readonly [what: string, breaks: Invariant, LedgerEvidence])[] = [
    ['an offset that was committed without its entry', 'I1 no loss', read(without(FIRST))],
    ['an offset that was committed without its dead letter', 'I1 no loss', read(without(LETTER))],
    [
      'an entry that was committed without its offset, and written again',
      'I6 exactly once',
      read([...OUTPUTS, { ...SECOND, offset: 90 }]),
    ],
    [
      'a dead letter outside of the transaction that was aborted and done again',
      'I6 exactly once',
      read([...OUTPUTS, { ...LETTER, offset: 90 }]),
    ],
    [
      'an entry and a dead letter of one record',
      'I6 exactly once',
      read([...OUTPUTS, { ...FIRST, kind: 'dead-letter', topic: 'dead-letter', offset: 90 }]),
    ],
    [
      'a dead letter instead of an entry',
      'I6 exactly once',
      read(inPlaceOf(FIRST, { ...FIRST, kind: 'dead-letter', topic: 'dead-letter', offset: 90 })),
    ],
    [
      'an entry that nobody asked for',
      'I6 exactly once',
      read([...OUTPUTS, { ...FIRST, offset: 90, source: { partition: 0, offset: 70 } }]),
    ],
    [
      'an entry of another record’s id',
      'I6 exactly once',
      read(inPlaceOf(FIRST, { ...FIRST, id: SECOND.id! })),
    ],
    [
      'two entries of a key in the wrong order',
      'I3 key order',
      read(
        OUTPUTS.map((output) => {
          if (output === FIRST) return { ...FIRST, source: SECOND.source, id: SECOND.id! };
          if (output === SECOND) return { ...SECOND, source: FIRST.source, id: FIRST.id! };
          return output;
        }),
      ),
    ],
    [
      'entries of a key in two partitions',
      'I3 key order',
      read(inPlaceOf(SECOND, { ...SECOND, partition: 1 - SECOND.partition, offset: 91 })),
    ],
    [
      'an aborted entry that was shown during the faults',
      'I6 the same for every reader',
      { ...GOOD, during: [...OUTPUTS, { ...FIRST, offset: 90 }] },
    ],
    [
      'an entry that the reader during the faults was never given',
      'I6 the same for every reader',
      { ...GOOD, during: without(FIRST) },
    ],
    [
      'entries that the reader during the faults was given in another order',
      'I6 the same for every reader',
      { ...GOOD, during: [...OUTPUTS].reverse() },
    ],
    [
      'a transaction that stays open',
      'I7 liveness',
      { ...GOOD, ends: [{ topic: 'entries', partition: 0, lastStable: 12, end: 30 }] },
    ],
    ['lag that stays', 'I7 liveness', { ...GOOD, lag: 3 }],
  ];

  it.each(PLANTED)('finds %s', (_, breaks, evidence) => {
    expect(broken(evidence).map(({ invariant }) => invariant)).toContain(breaks);
  });

  it('finds nothing but the one fault where there is one', () => {
    const single = PLANTED.filter(([, breaks]) => breaks !== 'I6 exactly once');
    for (const [, breaks, evidence] of single) {
      expect(broken(evidence).map(({ invariant }) => invariant)).toEqual([breaks]);
    }
  });

  it('finds a transaction of which a part is there', () => {
    const inputs = INPUTS.map((input) => ({ ...input, parts: 2 }));
    const twice = OUTPUTS.flatMap((output) =>
      output.kind === 'entry'
        ? [
            { ...output, part: 0 },
            { ...output, topic: 'others', part: 1 },
          ]
        : [output],
    );
    expect(broken({ ...read(twice), inputs })).toEqual([]);
    const torn = twice.filter(({ topic, offset }) => topic !== 'others' || offset !== 2);
    expect(findings({ ...read(torn), inputs })[0]).toBe('a torn transaction: 1 of 2 are there');
  });

  it('names the record', () => {
    expect(broken(read(without(FIRST)))[0]!.findings[0]).toEqual({
      ...FIRST.source,
      what: 'there is no entry of it',
    });
    expect(findings(read([...OUTPUTS, { ...FIRST, offset: 90 }]))).toContain(
      'entry again: there are 2',
    );
  });
});
