import { jest } from '@jest/globals';
import type {
  ProspectiveCommit,
  TransactedPartition,
  TransactionEntry,
} from '../../kafka/index.js';
import type { OutgoingRecord, Publication } from '../../record/index.js';
import { PartitionSession } from './partition-session.js';
import type { SessionProducer } from './session-producer.js';

const answer = (type: string, code: number): Error =>
  Object.assign(new Error(type), { type, code });
const TOO_LARGE = answer('MESSAGE_TOO_LARGE', 10);
const MISSING = answer('UNKNOWN_TOPIC_OR_PARTITION', 3);
const FENCED = answer('INVALID_PRODUCER_EPOCH', 47);

/** A broker's side: what is committed, and what it refuses. */
class FakeLog {
  readonly committed: string[] = [];
  readonly commits: ProspectiveCommit[] = [];
  producers = 0;
  refuses: (records: readonly OutgoingRecord[]) => Error | undefined = () => undefined;
  commitFails: Error | undefined;
  readonly requests: string[][] = [];

  producer(): SessionProducer {
    this.producers += 1;
    let open: string[] = [];
    let commit: ProspectiveCommit | undefined;
    return {
      init: () => Promise.resolve(),
      begin: () => {
        open = [];
        return Promise.resolve();
      },
      send: (records) => {
        const error = this.refuses(records);
        if (error !== undefined) return Promise.reject(error);
        const values = records.map(({ value }) => String(value));
        this.requests.push(values);
        open.push(...values);
        return Promise.resolve(records.map((_, offset) => ({ partition: 0, offset })));
      },
      sendOffsets: (_group, [offset]) => {
        commit = { metadata: '', isComplete: true, ...offset! };
        return Promise.resolve();
      },
      commit: () => {
        if (this.commitFails !== undefined) return Promise.reject(this.commitFails);
        this.committed.push(...open);
        this.commits.push(commit!);
        return Promise.resolve();
      },
      abort: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }
}

function setUp({ maxRecords = 100, room = Number.POSITIVE_INFINITY } = {}) {
  const log = new FakeLog();
  const failures: unknown[] = [];
  const settled: number[] = [];
  const counts = { committed: 0, aborted: 0, fenced: 0 };
  const lines: string[] = [];
  const broker = { takesMetadata: true };
  let isCommitDue = false;
  const partition: TransactedPartition = {
    groupId: 'g',
    topic: 't',
    partition: 0,
    get isCommitDue() {
      return isCommitDue;
    },
    commitWith: (sequences) => ({
      nextOffset: 100 + sequences.size,
      metadata: '',
      isComplete: sequences.size <= room,
    }),
    accepted: () => (isCommitDue = false),
    isUnchanged: () => Promise.resolve(true),
    failed: (error) => failures.push(error),
  };
  const session = new PartitionSession({
    partition,
    rules: { maxRecords, maxWaitMs: 100, timeoutMs: 60_000 },
    counts,
    broker,
    names: { transactionalId: 'g:t:0', groupId: 'g', topic: 't', partition: 0, timeoutMs: 60_000 },
    logger: {
      log: (line: string) => lines.push(line),
      warn: (line: string) => lines.push(line),
      error: (line: string) => lines.push(line),
    },
    createProducer: () => log.producer(),
  });
  const submit = (
    sequence: number,
    { lane = null, forms = [`${sequence}`], topic = 'out', instead }: Submission = {},
  ): void => {
    const entry = {
      sequence,
      offset: 100 + sequence,
      laneKey: lane,
      publications: [publicationOf(topic, forms)] as readonly Publication[],
      settled: () => settled.push(sequence),
      refused: () => {
        if (instead === undefined) return Promise.resolve(false);
        entry.publications = [publicationOf('t.dlq', [instead])];
        return Promise.resolve(true);
      },
    } satisfies TransactionEntry;
    session.submit(entry);
  };
  const tail = (): void => {
    isCommitDue = true;
  };
  return { broker, counts, failures, lines, log, partition, session, settled, submit, tail };
}

interface Submission {
  readonly lane?: string | null;
  /** Their values, the largest first. */
  readonly forms?: readonly string[];
  readonly topic?: string;
  /** What is published when all forms are refused. */
  readonly instead?: string;
}

function publicationOf(topic: string, forms: readonly string[]): Publication {
  const rest = { topic, key: null, headers: [], timestamp: 0 };
  return { forms: forms.map((form) => () => ({ ...rest, value: Buffer.from(form) })) };
}

const after = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);
const values = (records: readonly OutgoingRecord[]): string[] =>
  records.map(({ value }) => String(value));

describe('a partition’s session', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('commits what has come once the first of it has waited for long enough', async () => {
    const { counts, log, session, settled, submit } = setUp();
    await session.init();
    submit(1);
    await after(90);
    submit(2);
    expect(log.committed).toEqual([]);
    await after(10);
    expect([log.committed, settled, counts.committed]).toEqual([['1', '2'], [1, 2], 1]);
    expect(log.commits.map(({ nextOffset }) => nextOffset)).toEqual([102]);
  });

  it('commits at once when there are records enough, and no more of them together', async () => {
    const { log, session, submit } = setUp({ maxRecords: 2 });
    await session.init();
    for (const sequence of [1, 2, 3, 4, 5]) submit(sequence);
    await after(0);
    expect(log.requests).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    await after(100);
    expect(log.committed).toEqual(['1', '2', '3', '4', '5']);
  });

  it('commits an offset alone when it is asked to and there is one', async () => {
    const { log, session, tail } = setUp();
    await session.init();
    session.hurry();
    await after(0);
    expect(log.commits).toEqual([]);
    tail();
    session.hurry();
    await after(1_000);
    expect(log.commits.map(({ nextOffset }) => nextOffset)).toEqual([100]);
  });

  it('holds back what its commit has no room to tell, until it has', async () => {
    const { log, session, settled, submit } = setUp({ room: 2 });
    await session.init();
    for (const sequence of [1, 2, 3, 4]) submit(sequence);
    await after(200);
    expect(log.requests).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(settled).toEqual([1, 2, 3, 4]);
  });

  it('never commits again what may be committed, and is over', async () => {
    const { counts, failures, lines, log, session, settled, submit } = setUp();
    await session.init();
    log.commitFails = new Error('connection lost');
    submit(1);
    await after(5_000);
    log.commitFails = undefined;
    submit(2);
    await after(5_000);
    expect([settled, log.committed, failures.length]).toEqual([[], [], 1]);
    expect(counts).toEqual({ committed: 0, aborted: 1, fenced: 0 });
    expect(lines).toHaveLength(1);
  });

  it('says in one line that another producer has taken over, with the broker’s error', async () => {
    const { counts, failures, lines, log, session, submit } = setUp();
    await session.init();
    log.refuses = () => FENCED;
    submit(1);
    await after(100);
    expect(lines).toEqual([
      'the transaction of t-0 is refused, another producer has taken over: INVALID_PRODUCER_EPOCH (47)',
    ]);
    expect(failures).toMatchObject([{ code: 'SESSION_FENCED' }]);
    expect(counts).toEqual({ committed: 0, aborted: 1, fenced: 1 });
  });

  it('has no room for more while what waits is large, and has again when it is committed', async () => {
    const { session, submit } = setUp();
    await session.init();
    const large = 'x'.repeat(1024 * 1024);
    for (const sequence of [1, 2, 3, 4]) submit(sequence, { forms: [large] });
    expect(session.room()).toBeUndefined();
    submit(5, { forms: [large] });
    const isThere = jest.fn();
    void session.room()!.then(isThere);
    expect(isThere).not.toHaveBeenCalled();
    await after(0);
    expect(isThere).toHaveBeenCalled();
  });

  it('has no room either while much of it waits for its topic', async () => {
    const { log, session, submit } = setUp();
    await session.init();
    let isMissing = true;
    log.refuses = () => (isMissing ? MISSING : undefined);
    const large = 'x'.repeat(1024 * 1024);
    for (let sequence = 0; sequence < 16; sequence += 1) submit(sequence, { forms: [large] });
    await after(10_000);
    expect(session.room()).toBeDefined();
    isMissing = false;
    await after(10_000);
    expect([session.room(), session.pending]).toEqual([undefined, 0]);
  });

  it('begins a transaction at once when what waits is large', async () => {
    const { log, session, submit } = setUp();
    await session.init();
    submit(1, { forms: ['x'.repeat(1024 * 1024)] });
    await after(0);
    expect(log.committed).toHaveLength(1);
  });

  it('tells nothing ahead to a broker that has refused metadata, and so commits nothing ahead', async () => {
    const { broker, failures, log, partition, session, submit } = setUp();
    partition.commitWith = (sequences) => ({
      nextOffset: sequences.has(1) ? 103 : 101,
      metadata: sequences.has(1) || sequences.size === 0 ? '' : 'ahead',
      isComplete: true,
    });
    await session.init();
    broker.takesMetadata = false;
    submit(2);
    await after(1_000);
    expect([log.commits, failures]).toEqual([[], []]);
    submit(1);
    await after(1_000);
    expect(log.commits).toMatchObject([{ nextOffset: 103, metadata: '' }]);
  });

  it('settles nothing once it is closed, whatever becomes of the transaction under way', async () => {
    const { session, settled, submit } = setUp();
    await session.init();
    submit(1);
    const ended = after(100);
    await session.close();
    await ended;
    expect(settled).toEqual([]);
  });
});

describe('a record that its topic refuses', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('goes in its next smaller form, and the others of its transaction with it', async () => {
    const { log, session, settled, submit } = setUp();
    await session.init();
    log.refuses = (records) => (values(records).includes('large') ? TOO_LARGE : undefined);
    submit(1);
    submit(2, { forms: ['large', 'small'] });
    submit(3);
    await after(1_000);
    expect(log.committed).toEqual(['1', 'small', '3']);
    expect(settled).toEqual([1, 2, 3]);
  });

  it('has a new producer after it was refused among others: their numbers are used', async () => {
    const { log, session, submit } = setUp();
    await session.init();
    log.refuses = (records) => (values(records).includes('large') ? TOO_LARGE : undefined);
    submit(1);
    submit(2, { forms: ['large', 'small'] });
    await after(1_000);
    expect(log.producers).toBe(2);
  });

  it('ends the session when somebody else has committed before the new producer', async () => {
    const { failures, log, partition, session, submit } = setUp();
    partition.isUnchanged = () => Promise.resolve(false);
    await session.init();
    log.refuses = (records) => (records.length > 1 ? TOO_LARGE : undefined);
    submit(1);
    submit(2);
    await after(1_000);
    expect([failures.length, log.committed]).toEqual([1, []]);
  });

  it('is replaced by what becomes of it when it fits in no form', async () => {
    const { log, session, settled, submit } = setUp();
    await session.init();
    log.refuses = (records) => (values(records).includes('large') ? TOO_LARGE : undefined);
    submit(1, { forms: ['large'], instead: 'dead letter' });
    await after(1_000);
    expect([log.committed, settled]).toEqual([['dead letter'], [1]]);
  });

  it('waits, named, when nothing can take its place, and keeps only its lane waiting', async () => {
    const { log, session, settled, submit } = setUp();
    await session.init();
    let limit = 3;
    log.refuses = (records) =>
      values(records).some(({ length }) => length > limit) ? TOO_LARGE : undefined;
    submit(1, { forms: ['large'], lane: 'a' });
    submit(2, { lane: 'a' });
    submit(3, { lane: 'b' });
    await after(1_000);
    expect(settled).toEqual([3]);
    expect(session.waits).toEqual([
      {
        dependency: 'topic out, max.message.bytes',
        detail: 'a record is larger than out takes: raise max.message.bytes of out',
        records: 1,
        firstOffset: 101,
      },
    ]);
    limit = 100;
    await after(60_000);
    expect([settled, log.committed]).toEqual([
      [3, 1, 2],
      ['3', 'large', '2'],
    ]);
    expect(session.waits).toEqual([]);
  });

  it('waits for a topic that is missing, tried alone, and the others go on', async () => {
    const { lines, log, session, settled, submit } = setUp();
    await session.init();
    let isMissing = true;
    log.refuses = ([first]) => (isMissing && first!.topic === 'gone' ? MISSING : undefined);
    submit(1, { topic: 'gone', lane: 'a' });
    submit(2, { topic: 'gone' });
    submit(3, { lane: 'a' });
    submit(4);
    await after(5_000);
    submit(5);
    await after(5_000);
    expect(settled).toEqual([4, 5]);
    expect(session.waits).toMatchObject([{ dependency: 'topic gone', records: 2 }]);
    isMissing = false;
    await after(5_000);
    expect([...settled].sort()).toEqual([1, 2, 3, 4, 5]);
    expect(settled.indexOf(3)).toBeGreaterThan(settled.indexOf(1));
    expect(lines).toEqual(['records wait for their topic', 'records are published again']);
  });
});
