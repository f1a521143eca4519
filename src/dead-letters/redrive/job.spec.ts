import type { OutgoingRecord } from '../../kafka/index.js';
import {
  actionRecord,
  judgeRedrive,
  type DeadLetterAction,
  type Judgement,
} from '../actions/index.js';
import type { DeadLetter } from '../dead-letter.js';
import { readDeadLetter } from '../read-dead-letter.js';
import { DeadLetterJob, type JobFacts, type JobRequest, type JobResult } from './job.js';

const TARGET = 'orders.loader.redrive';

function letter(offset: number, id = `id-${offset}`): DeadLetter {
  return readDeadLetter({
    topic: 'orders.dlq',
    partition: 0,
    offset,
    timestamp: 0,
    key: Buffer.from('k'),
    value: Buffer.from(String(offset)),
    headers: [['x-dlq-id', Buffer.from(id)]],
  });
}

function protocolError(type: string, code: number): Error {
  return Object.assign(new Error(type), { type, code });
}

type Fate = 'committed' | 'lost answer' | 'aborted' | 'fenced' | 'too large';

/** A broker of its own: what is committed, and what becomes of each publication. */
class World {
  readonly committed: OutgoingRecord[] = [];
  readonly actions = new Map<string, DeadLetterAction>();
  readonly events: string[] = [];
  fateOf: (records: readonly OutgoingRecord[]) => Fate = () => 'committed';

  async run(letters: readonly DeadLetter[], options: Partial<JobRequest> = {}): Promise<JobResult> {
    const job = new DeadLetterJob(
      {
        newTransactions: () => ({
          open: async () => void this.events.push('open'),
          publish: async (records) => this.publish(records),
          close: async () => void this.events.push('close'),
        }),
        readActions: async () => {
          this.events.push('read');
          return new Map(this.actions);
        },
        letters: async function* () {
          yield letters;
        },
      },
      { judge, recordsFor, ...options },
    );
    return job.run();
  }

  get redriven(): string[] {
    return this.committed
      .filter(({ topic }) => topic === TARGET)
      .map(({ value }) => value!.toString());
  }

  private publish(records: readonly OutgoingRecord[]): void {
    const fate = this.fateOf(records);
    if (fate === 'fenced') throw protocolError('INVALID_PRODUCER_EPOCH', 47);
    if (fate === 'too large') throw protocolError('MESSAGE_TOO_LARGE', 10);
    if (fate === 'aborted') throw new Error('no answer, and nothing was committed');
    this.committed.push(...records);
    for (const { topic, key, value } of records) {
      if (topic === TARGET) continue;
      this.actions.set(key!.toString(), JSON.parse(value!.toString()) as DeadLetterAction);
    }
    if (fate === 'lost answer') throw new Error('no answer, but everything was committed');
  }
}

function judge(one: DeadLetter, facts: JobFacts): Judgement {
  return judgeRedrive({ ...one, ...facts, target: TARGET, limit: 3 });
}

function recordsFor(one: DeadLetter, target: string): OutgoingRecord[] {
  const action: DeadLetterAction = {
    kind: 'redriven',
    covers: one.redriveCount,
    at: '2026-01-01T00:00:00.000Z',
    by: 'somebody',
    job: 'job',
    deadLetter: 'orders.dlq-0:0',
  };
  const { key, value } = one.record;
  return [{ topic: target, key, value, headers: [], timestamp: 0 }, actionRecord(one, action)];
}

const many = (count: number): DeadLetter[] => Array.from({ length: count }, (_, at) => letter(at));

describe('a job on dead letters', () => {
  it('takes each once, in order, with its note in the same transaction', async () => {
    const world = new World();
    const sizes: number[] = [];
    world.fateOf = (records) => (sizes.push(records.length), 'committed');
    const result = await world.run(many(250));
    expect(result).toEqual({ taken: 250, left: {}, isCancelled: false });
    expect(world.redriven).toEqual(many(250).map(({ record }) => String(record.value)));
    expect(sizes).toEqual([200, 200, 100]);
  });

  it('takes nothing again that an earlier run took', async () => {
    const world = new World();
    await world.run(many(10));
    const again = await world.run(many(12));
    expect(again).toEqual({ taken: 2, left: { 'already redriven': 10 }, isCancelled: false });
    expect(world.redriven).toHaveLength(12);
  });

  it('decides what the producer before it left open, before it reads what is committed', async () => {
    const world = new World();
    await world.run([]);
    expect(world.events).toEqual(['open', 'read', 'close']);
  });

  it('takes one of several repeats of a dead letter', async () => {
    const world = new World();
    const result = await world.run([letter(0, 'a'), letter(1, 'a'), letter(2, 'b')]);
    expect(result.left).toEqual({ 'stands in the topic twice': 1 });
    expect(world.redriven).toEqual(['0', '2']);
  });

  it('repeats nothing when the answer to a commit was lost', async () => {
    const world = new World();
    const fates: Fate[] = ['lost answer', 'committed'];
    world.fateOf = () => fates.shift() ?? 'committed';
    expect((await world.run(many(150))).taken).toBe(150);
    expect(world.redriven).toEqual(many(150).map(({ record }) => String(record.value)));
    expect(world.events).toEqual(['open', 'read', 'close', 'open', 'read', 'close']);
  });

  it('publishes again what was not committed, by a producer of its own', async () => {
    const world = new World();
    const fates: Fate[] = ['aborted', 'aborted'];
    world.fateOf = () => fates.shift() ?? 'committed';
    expect((await world.run(many(3))).taken).toBe(3);
    expect(world.redriven).toEqual(['0', '1', '2']);
  });

  it('ends when another one has taken over, without a word to the broker', async () => {
    const world = new World();
    world.fateOf = () => 'fenced';
    await expect(world.run(many(3))).rejects.toThrow('another command works on this');
    expect(world.events.filter((event) => event === 'open')).toHaveLength(1);
  });

  it('publishes records alone that are too large together', async () => {
    const world = new World();
    world.fateOf = (records) => (records.length > 2 ? 'too large' : 'committed');
    expect((await world.run(many(3))).taken).toBe(3);
    expect(world.redriven).toEqual(['0', '1', '2']);
  });

  it('stops at a record that is too large for its target, and names what to change', async () => {
    const world = new World();
    world.fateOf = (records) =>
      records.some(({ value }) => value?.toString() === '1') ? 'too large' : 'committed';
    await expect(world.run(many(3))).rejects.toThrow(/0:1 is too large.*max\.message\.bytes/);
    expect(world.redriven).toEqual(['0']);
  });

  it('begins nothing more once it is cancelled', async () => {
    const world = new World();
    const cancel = new AbortController();
    const result = await world.run(many(250), {
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    });
    expect(result).toEqual({ taken: 100, left: {}, isCancelled: true });
    expect(world.redriven).toHaveLength(100);
  });
});
