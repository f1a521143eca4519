import { check } from './check.js';
import type {
  Commit,
  DeadLetter,
  Execution,
  History,
  HistoryEvent,
  Interruption,
  LoggedRecord,
  Redriven,
} from './history.js';
import type { Invariant, Verdict } from './verdict.js';

const SETTINGS = { commitIntervalMs: 1_000, sessionTimeoutMs: 6_000, effects: 'ends' } as const;
const [ONE, TWO] = [101, 102];

const record = (
  offset: number,
  key: string | null = 'a',
  expects: LoggedRecord['expects'] = 'effect',
): LoggedRecord => ({
  partition: 0,
  offset,
  key,
  expects,
});
const execution =
  (kind: Execution['kind']) =>
  (at: number, offset: number, member = ONE): Execution => ({
    kind,
    at,
    partition: 0,
    offset,
    member,
    attempt: 1,
  });
const start = execution('start');
const end = execution('end');
const fail = execution('fail');
const handled = (at: number, offset: number, member = ONE): Execution[] => [
  start(at, offset, member),
  end(at + 5, offset, member),
];
const commit = (at: number, offset: number): Commit => ({
  kind: 'commit',
  at,
  partition: 0,
  offset,
});
const letter = (at: number, offset: number, more: Partial<DeadLetter> = {}): DeadLetter => ({
  kind: 'dead-letter',
  at,
  partition: 0,
  offset,
  id: `id-${offset}`,
  attempts: 1,
  isUnchanged: true,
  ...more,
});
const redriven = (at: number, offset: number): Redriven => ({
  kind: 'redriven',
  at,
  partition: 0,
  offset,
});
const killed = (at: number, member = ONE): Interruption => ({
  kind: 'killed',
  member,
  at,
  until: at,
});
const stopped = (at: number, until: number, member = ONE): Interruption => ({
  kind: 'stopped',
  member,
  at,
  until,
});

function judge(
  records: readonly LoggedRecord[],
  events: readonly HistoryEvent[],
  more: Partial<History> = {},
): Verdict[] {
  const sources = [[...events].sort((left, right) => left.at - right.at)];
  return check({ records, sources, interruptions: [], settings: SETTINGS, ...more });
}

const violated = (verdicts: readonly Verdict[]): Invariant[] =>
  verdicts.filter(({ holds }) => !holds).map(({ invariant }) => invariant);

const RECORDS = [record(0), record(1, 'b'), record(2)];
const GOOD = [...handled(10, 0), ...handled(11, 1), ...handled(20, 2), commit(100, 3)];

describe('a history', () => {
  it('of everything handled once, in order and then committed holds', () => {
    expect(violated(judge(RECORDS, GOOD))).toEqual([]);
  });

  it('without records holds', () => {
    expect(violated(judge([], []))).toEqual([]);
  });

  it('names the record that was found, with all that happened to it and the commits around', () => {
    const [, verdict] = judge(RECORDS, [
      ...handled(10, 0),
      ...handled(11, 1),
      commit(50, 3),
      ...handled(60, 2),
    ]);
    expect(verdict!.findings[0]).toMatchObject({ partition: 0, offset: 2 });
    expect(verdict!.findings[0]!.timeline!.map(({ kind }) => kind)).toEqual([
      'commit',
      'start',
      'end',
    ]);
  });
});

describe('loss', () => {
  it('is a record without an effect or dead letter', () => {
    expect(violated(judge(RECORDS, [...handled(10, 0), ...handled(11, 1)]))).toEqual([
      'I1 no loss',
    ]);
  });

  it('is a handler that started and never ended', () => {
    expect(violated(judge([record(0)], [start(10, 0)]))).toEqual(['I1 no loss']);
  });

  it('is a good record that became a dead letter', () => {
    expect(violated(judge([record(0)], [letter(10, 0)]))).toEqual(['I1 no loss']);
  });

  it('is a refused record without a dead letter', () => {
    const events = [start(10, 0), fail(12, 0)];
    expect(violated(judge([record(0, 'a', 'dead-letter')], events))).toEqual(['I1 no loss']);
  });

  it('leaves alone a record whose end may be either', () => {
    expect(violated(judge([record(0, 'a', 'either')], [letter(10, 0)]))).toEqual([]);
  });
});

describe('a commit', () => {
  it('before its record was done with is found, though it was done with later', () => {
    const events = [...handled(10, 0), ...handled(11, 1), commit(22, 3), ...handled(20, 2)];
    expect(violated(judge(RECORDS, events))).toEqual(['I2 commit after processing']);
  });

  it('past a gap is found', () => {
    const events = [...handled(10, 0), ...handled(20, 2), commit(30, 3), ...handled(40, 1)];
    expect(violated(judge(RECORDS, events))).toEqual(['I2 commit after processing']);
  });

  it('past a dead letter that is not acknowledged yet is found', () => {
    const events = [start(10, 0), fail(12, 0), commit(13, 1), letter(20, 0)];
    expect(violated(judge([record(0, 'a', 'dead-letter')], events))).toEqual([
      'I2 commit after processing',
    ]);
  });

  it('that goes back is found', () => {
    expect(violated(judge(RECORDS, [...GOOD, commit(200, 1)]))).toEqual([
      'I2 commit after processing',
    ]);
  });

  it('past offsets that hold no record is none', () => {
    const records = [record(0), record(7)];
    expect(
      violated(
        judge(records, [...handled(10, 0), commit(20, 7), ...handled(30, 7), commit(40, 9)]),
      ),
    ).toEqual([]);
  });
});

describe('the order of a key', () => {
  it('is broken by a record that starts before the one before it', () => {
    const events = [...handled(10, 2), ...handled(20, 0), ...handled(30, 1)];
    expect(violated(judge(RECORDS, events))).toEqual(['I3 key order']);
  });

  it('is broken by a record that starts while the one before it waits for its retry', () => {
    const events = [
      start(10, 0),
      fail(12, 0),
      ...handled(14, 2),
      ...handled(20, 0),
      ...handled(30, 1),
    ];
    expect(violated(judge(RECORDS, events))).toEqual(['I3 key order']);
  });

  it('is broken by two that run at once, in one member or two', () => {
    for (const member of [ONE, TWO]) {
      const events = [start(10, 0), start(12, 0, member), end(15, 0), end(16, 0, member)];
      expect(violated(judge([record(0)], events))).toContain('I3 key order');
    }
  });

  it('is none among records without a key', () => {
    const records = [record(0, null), record(1, null)];
    expect(violated(judge(records, [start(10, 1), start(11, 0), end(12, 1), end(13, 0)]))).toEqual(
      [],
    );
  });

  it('goes on behind a dead letter', () => {
    const records = [record(0, 'a', 'dead-letter'), record(1)];
    const events = [start(10, 0), fail(12, 0), letter(20, 0), ...handled(30, 1)];
    expect(violated(judge(records, events))).toEqual([]);
  });

  it('is not broken by the handler of a member that was stopped while it ran', () => {
    const events = [start(10, 0), ...handled(8_000, 0, TWO), end(9_500, 0)];
    const interruptions = [stopped(12, 9_000)];
    expect(violated(judge([record(0)], events, { interruptions }))).toEqual([]);
  });

  it('is broken by what a stopped member starts after it goes on', () => {
    const records = [record(0), record(1)];
    const events = [
      ...handled(8_000, 0, TWO),
      start(8_990, 1, TWO),
      start(9_100, 1),
      end(9_110, 1),
      end(9_120, 1, TWO),
    ];
    const interruptions = [stopped(12, 9_000)];
    expect(violated(judge(records, events, { interruptions }))).toContain('I3 key order');
  });

  it('is not broken by the end that a killed member never had', () => {
    const events = [start(10, 0), ...handled(100, 0, TWO)];
    expect(violated(judge([record(0)], events, { interruptions: [killed(20)] }))).toEqual([]);
  });
});

describe('a second effect', () => {
  it('without an interruption is found', () => {
    const events = [...handled(10, 0), ...handled(20, 0)];
    expect(violated(judge([record(0)], events))).toEqual(['I4 duplicates']);
  });

  it('is excused when the member that had the first was killed before it could commit', () => {
    const events = [...handled(10, 0), ...handled(9_000, 0, TWO)];
    expect(violated(judge([record(0)], events, { interruptions: [killed(500)] }))).toEqual([]);
  });

  it('is not excused when another member was killed', () => {
    const events = [...handled(10, 0), ...handled(9_000, 0)];
    expect(violated(judge([record(0)], events, { interruptions: [killed(500, TWO)] }))).toEqual([
      'I4 duplicates',
    ]);
  });

  it('is found when the first was so old that its commit was due', () => {
    const events = [...handled(10, 0), ...handled(9_000, 0, TWO)];
    expect(violated(judge([record(0)], events, { interruptions: [killed(5_000)] }))).toEqual([
      'I4 duplicates',
    ]);
  });

  it('is found when a commit had told of the first, below its offset or ahead of it', () => {
    const told = [commit(200, 1), { ...commit(200, 0), ahead: [0, 1] }];
    for (const telling of told) {
      const events = [...handled(10, 0), telling, ...handled(9_000, 0, TWO)];
      expect(violated(judge([record(0)], events, { interruptions: [killed(500)] }))).toEqual([
        'I4 duplicates',
      ]);
    }
  });

  it('counts what was under way and not told of at the interruption, and nothing else', () => {
    const events = [...handled(10, 0), ...handled(20, 1), commit(200, 1), start(490, 2)];
    const rest = [...handled(9_000, 1, TWO), ...handled(9_000, 2, TWO)];
    const verdicts = judge(RECORDS, [...events, ...rest], { interruptions: [killed(500)] });
    expect(verdicts[3]).toMatchObject({ holds: true, numbers: { duplicates: 1, bound: 2 } });
  });

  it('is again what its member has not told of, when that one is interrupted too', () => {
    const events = [...handled(10, 0), ...handled(9_000, 0, TWO), ...handled(19_000, 0)];
    const interruptions = [killed(500), killed(9_500, TWO)];
    const verdicts = judge([record(0)], events, { interruptions });
    expect(verdicts[3]).toMatchObject({ holds: true, numbers: { duplicates: 2, bound: 2 } });
  });

  it('is excused when a member that was cut off had the first meanwhile, and no longer after its lease', () => {
    const cutOff = { kind: 'cut-off', member: ONE, at: 5, until: 100 } as const;
    const soon = [...handled(3_000, 0), ...handled(9_000, 0, TWO)];
    expect(violated(judge([record(0)], soon, { interruptions: [cutOff] }))).toEqual([]);
    const late = [...handled(20_000, 0), ...handled(30_000, 0, TWO)];
    expect(violated(judge([record(0)], late, { interruptions: [cutOff] }))).toEqual([
      'I4 duplicates',
    ]);
  });

  it('in a database is found whatever was interrupted', () => {
    const stored = (at: number): HistoryEvent => ({ kind: 'stored', at, partition: 0, offset: 0 });
    const verdicts = judge([record(0)], [stored(10), stored(900)], {
      interruptions: [killed(500)],
      settings: { ...SETTINGS, effects: 'stored' },
    });
    expect(violated(verdicts)).toEqual(['I4 duplicates']);
  });
});

describe('a dead letter', () => {
  const refused = [record(0, 'a', 'dead-letter')];

  it('that differs from its original is found', () => {
    expect(violated(judge(refused, [letter(10, 0, { isUnchanged: false })]))).toEqual([
      'I5 dead letters',
    ]);
  });

  it('beside an effect is found', () => {
    expect(violated(judge([record(0, 'a', 'either')], [...handled(10, 0), letter(20, 0)]))).toEqual(
      ['I5 dead letters'],
    );
  });

  it('twice is found unless somebody was interrupted', () => {
    const events = [letter(10, 0), letter(20, 0)];
    expect(violated(judge(refused, events))).toEqual(['I5 dead letters']);
    expect(violated(judge(refused, events, { interruptions: [killed(15)] }))).toEqual([]);
  });

  it('beside an effect is none when it was redriven before the effect', () => {
    const events = [letter(10, 0), redriven(20, 0), ...handled(30, 0)];
    expect(violated(judge([record(0)], events))).toEqual([]);
  });

  it('after a redrive is one more failure, and found beside an effect', () => {
    const again = [letter(10, 0), redriven(20, 0), letter(30, 0)];
    expect(violated(judge(refused, again))).toEqual([]);
    expect(violated(judge([record(0)], [...again, ...handled(40, 0)]))).toEqual([
      'I5 dead letters',
    ]);
  });

  it('that was redriven without being there is found', () => {
    expect(violated(judge([record(0)], [redriven(5, 0), ...handled(10, 0)]))).toEqual([
      'I5 dead letters',
    ]);
  });

  it('twice with two ids is found', () => {
    const events = [letter(10, 0), letter(20, 0, { id: 'other' })];
    expect(violated(judge(refused, events, { interruptions: [killed(15)] }))).toEqual([
      'I5 dead letters',
    ]);
  });
});

describe('a million records', () => {
  it('are checked in one pass', () => {
    const count = 1_000_000;
    function* records(): Generator<LoggedRecord> {
      for (let offset = 0; offset < count; offset += 1)
        yield record(offset, `key-${offset % 10_000}`);
    }
    const events = {
      *[Symbol.iterator](): Generator<HistoryEvent> {
        for (let offset = 0; offset < count; offset += 1) {
          yield start(offset, offset);
          yield end(offset + 0.5, offset);
          if (offset % 1_000 === 999) yield commit(offset + 0.6, offset + 1);
        }
      },
    };
    const verdicts = check({
      records: records(),
      sources: [events],
      interruptions: [],
      settings: SETTINGS,
    });
    expect(violated(verdicts)).toEqual([]);
    expect(verdicts[0]!.numbers).toEqual({ records: count });
  });
});
