import { jest } from '@jest/globals';
import fc from 'fast-check';
import { topicTraits } from '../../../test/support/partitions.js';
import type { KafkaRecord, RecordHistory } from '../../record/index.js';
import { AssignedPartition } from './assigned-partition.js';
import { PartitionUnit } from './partition-unit.js';
import type { TrackedRecord } from './tracked-record.js';
import { UnitPath } from './unit-path.js';

const LEVELS = 2;
const DELAY = 1_000;
const KEYS = ['a', 'b', 'c'];

/** What a model's record says in its value: which one it is, and since when it may be tried. */
interface Told {
  readonly number: number;
  readonly notBefore: number;
}

interface UnderWay {
  readonly tracked: TrackedRecord;
  /** Set while it is on its way to that level. */
  readonly leavingFor?: number;
}

const told = (record: KafkaRecord): Told => JSON.parse(record.value!.toString()) as Told;

/**
 * The topics of one unit as arrays, and the real partitions, lanes, gates and key table over them, driven by a list of
 * numbers: what is fetched, started, failed, acknowledged, committed and crashed, and how much time passes.
 */
class Model {
  readonly logs: KafkaRecord[][] = Array.from({ length: LEVELS + 1 }, () => []);
  readonly ended = new Set<number>();
  readonly faults: string[] = [];
  private readonly committed = Array.from({ length: LEVELS + 1 }, () => 0);
  private partitions: AssignedPartition[] = [];
  private ready: TrackedRecord[] = [];
  private underWay: UnderWay[] = [];

  constructor(keys: readonly string[]) {
    for (const [number, key] of keys.entries()) this.write(0, key, { number, notBefore: 0 });
    this.takeOver();
  }

  get isDone(): boolean {
    return this.ended.size === this.logs[0]!.length;
  }

  /** One step, chosen by a number. */
  step(choice: number): void {
    const pick = <Item>(items: readonly Item[]): Item | undefined =>
      items[Math.floor(choice / 10) % Math.max(1, items.length)];
    const index = Math.floor(choice / 10) % (LEVELS + 1);
    switch (choice % 10) {
      case 0:
      case 1:
        return this.fetch(index, 1 + (Math.floor(choice / 100) % 4));
      case 2:
      case 3:
        return this.start(pick(this.ready));
      case 4:
      case 5:
        return this.end(pick(this.underWay), Math.floor(choice / 100) % 3 === 0);
      case 6:
        jest.advanceTimersByTime(DELAY / 4);
        return this.admit();
      case 7:
        return this.scan(index);
      case 8:
        this.committed[index] = this.partitions[index]!.ledger.nextOffset ?? this.committed[index]!;
        return;
      default:
        if (Math.floor(choice / 100) % 8 === 0) this.crash();
    }
  }

  /** Everything succeeds from now on. */
  finish(): void {
    for (let round = 0; round < 2_000 && !this.isDone; round += 1) {
      for (let level = 0; level <= LEVELS; level += 1) {
        this.scan(level);
        this.fetch(level, 4);
      }
      jest.advanceTimersByTime(DELAY);
      this.admit();
      for (const tracked of [...this.ready]) this.start(tracked);
      for (const one of [...this.underWay]) this.end(one, false);
    }
  }

  private fetch(level: number, count: number): void {
    const partition = this.partitions[level]!;
    const from = partition.nextFetchOffset ?? this.committed[level]!;
    const records = this.logs[level]!.slice(from, from + count);
    if (records.length === 0) return;
    const { topic } = partition;
    const position = { fetchedOffset: from, nextOffset: from + records.length, highWatermark: 0 };
    this.ready.push(...partition.take({ topic, partition: 0, ...position, records }));
  }

  private start(tracked: TrackedRecord | undefined): void {
    if (tracked === undefined) return;
    this.ready.splice(this.ready.indexOf(tracked), 1);
    const turn = new UnitPath(tracked).turn();
    if (turn.kind === 'gone') return this.settle(tracked);
    if (turn.kind === 'behind') return this.leave(tracked, turn.level);
    this.attempt(tracked);
    this.underWay.push({ tracked });
  }

  private attempt({ record, laneKey }: TrackedRecord): void {
    const { number, notBefore } = told(record);
    if (Date.now() < notBefore) this.faults.push(`${number} was tried early`);
    if (this.underWay.some(({ tracked }) => tracked.laneKey === laneKey))
      this.faults.push(`${number} was tried beside another one of its key`);
    for (const earlier of this.logs[0]!.slice(0, number)) {
      const isOlder = earlier.key!.equals(record.key!) && !this.ended.has(told(earlier).number);
      if (isOlder) this.faults.push(`${number} was tried before ${told(earlier).number}`);
    }
  }

  private end(one: UnderWay | undefined, isFailure: boolean): void {
    if (one === undefined) return;
    this.underWay.splice(this.underWay.indexOf(one), 1);
    const { tracked, leavingFor } = one;
    if (leavingFor !== undefined) {
      new UnitPath(tracked).movedTo(leavingFor, this.publish(tracked, leavingFor));
      return this.settle(tracked);
    }
    if (isFailure && tracked.level < LEVELS) return this.leave(tracked, tracked.level + 1, DELAY);
    this.ended.add(told(tracked.record).number);
    this.settle(tracked);
  }

  private leave(tracked: TrackedRecord, level: number, delay = 0): void {
    this.delays.set(tracked, delay);
    this.underWay.push({ tracked, leavingFor: level });
  }

  private readonly delays = new WeakMap<TrackedRecord, number>();

  private publish(tracked: TrackedRecord, level: number): number {
    const { number } = told(tracked.record);
    const notBefore = Date.now() + this.delays.get(tracked)!;
    return this.write(level, tracked.record.key!.toString(), { number, notBefore });
  }

  private settle(tracked: TrackedRecord): void {
    const next = (tracked.partition as AssignedPartition).settle(tracked);
    if (next !== undefined) this.ready.push(next);
  }

  private admit(): void {
    for (const partition of this.partitions) this.ready.push(...partition.admit());
  }

  private scan(level: number): void {
    const partition = this.partitions[level]!;
    if (level === 0 || partition.unit.keys!.at(level).isKnown) return;
    for (const record of this.logs[level]!.slice(this.committed[level])) {
      partition.foundWaiting(record);
    }
    partition.unit.keys!.at(level).isKnown = true;
    this.admit();
  }

  /** What is on its way may arrive although nobody learns of it. */
  private crash(): void {
    for (const { tracked, leavingFor } of this.underWay) {
      if (leavingFor !== undefined && told(tracked.record).number % 2 === 0)
        this.publish(tracked, leavingFor);
    }
    this.takeOver();
  }

  private takeOver(): void {
    const unit = new PartitionUnit('t-0', LEVELS);
    this.ready = [];
    this.underWay = [];
    this.partitions = this.logs.map((_, level) => {
      const traits = { level, delayMs: level === 0 ? 0 : DELAY, orderedLevels: LEVELS };
      const historyOf = level === 0 ? undefined : (record: KafkaRecord) => historyIn(record);
      const place = { topic: level === 0 ? 't' : `retry.${level}`, partition: 0 };
      return new AssignedPartition(place, 1, topicTraits('t', { ...traits, historyOf }), unit);
    });
  }

  private write(level: number, key: string, content: Told): number {
    const log = this.logs[level]!;
    log.push({
      topic: level === 0 ? 't' : `retry.${level}`,
      partition: 0,
      offset: log.length,
      timestamp: 0,
      key: Buffer.from(key),
      value: Buffer.from(JSON.stringify(content)),
      headers: [],
    });
    return log.length - 1;
  }
}

function historyIn(record: KafkaRecord): RecordHistory {
  const { number, notBefore } = told(record);
  const origin = { topic: 't', partition: 0, offset: number, timestamp: 0 };
  return { origin, failedAttempts: 1, delaysUsed: 1, firstFailedAt: undefined, notBefore };
}

describe('the records of a source and of its retry topics', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('are tried one at a time and in order by key, none early, all to their end, through failures and crashes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(10_000), { minLength: 50, maxLength: 300 }),
        (keys, choices) => {
          const model = new Model(keys);
          for (const choice of choices) model.step(choice);
          model.finish();
          expect(model.faults).toEqual([]);
          expect(model.isDone).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('let go of what is left of a partition that is lost, so that others of its key go on', () => {
    const unit = new PartitionUnit('t-0');
    const [source, redrive] = ['t', 't.g.redrive'].map(
      (topic) => new AssignedPartition({ topic, partition: 0 }, 1, topicTraits('t'), unit),
    );
    const batchOf = (topic: string, offset: number) => ({
      topic,
      partition: 0,
      fetchedOffset: offset,
      nextOffset: offset + 1,
      highWatermark: 9,
      records: [
        {
          topic,
          partition: 0,
          offset,
          timestamp: 0,
          key: Buffer.from('a'),
          value: null,
          headers: [],
        },
      ],
    });
    const [first] = source!.take(batchOf('t', 0));
    expect(redrive!.take(batchOf('t.g.redrive', 0))).toEqual([]);
    expect(source!.take(batchOf('t', 1))).toEqual([]);
    expect(redrive!.take(batchOf('t.g.redrive', 1))).toEqual([]);
    source!.disown();
    const second = unit.lanes.release(first!);
    expect([second!.record.topic, second!.record.offset]).toEqual(['t.g.redrive', 0]);
    expect(unit.lanes.release(second!)!.record.offset).toBe(1);
  });
});
