import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { ContractViolationError, type KafkaRecord } from '../../../record/index.js';
import { MeteringEvent } from '../contract/index.js';
import { toAuditedRecord } from './index.js';

const EVENT = { event_id: 'evt-1', agent_id: 'agent-1', quantity: 1 };
const event = plainToInstance(MeteringEvent, EVENT);
const recordWith = (changes: Partial<KafkaRecord> = {}): KafkaRecord => ({
  ...{ topic: 'events.group.redrive', partition: 1, offset: 9, timestamp: 2_000 },
  key: Buffer.from([0xff]),
  value: Buffer.from(JSON.stringify(EVENT)),
  headers: [
    ['x', Buffer.from([0, 0xff])],
    ['ä', null],
  ],
  ...changes,
});
const ORIGIN = { topic: 'events', partition: 1, offset: 4, timestamp: 1_000 };

describe('a record for the log', () => {
  it('stands under the place of its source, and says where it was read', () => {
    expect(toAuditedRecord(event, recordWith(), ORIGIN)).toMatchObject({
      ...{ topic: 'events', partition: 1, offset: 4n, recordTimestamp: 1_000n },
      ...{ readTopic: 'events.group.redrive', readPartition: 1, readOffset: 9n },
      ...{ eventId: 'evt-1', agentId: 'agent-1' },
    });
  });

  it('keeps key, value and headers to the byte', () => {
    const record = recordWith();
    const kept = toAuditedRecord(event, record, ORIGIN);
    expect(kept.key).toEqual(record.key);
    expect(kept.value).toBe(record.value);
    expect(kept.headers).toEqual([
      [Buffer.from('x'), Buffer.from([0, 0xff])],
      [Buffer.from('ä'), null],
    ]);
  });

  it('has a timestamp that can be stored, whatever its producer wrote', () => {
    const timestampOf = (timestamp: number): bigint =>
      toAuditedRecord(event, recordWith(), { ...ORIGIN, timestamp }).recordTimestamp;
    expect(timestampOf(NaN)).toBe(-1n);
    expect(timestampOf(2 ** 63)).toBe(BigInt(Number.MAX_SAFE_INTEGER));
  });

  it('is refused when a number in it was read as another one', () => {
    const value = Buffer.from('{"quantity":1.00000000000000000001}');
    expect(() => toAuditedRecord(event, recordWith({ value }), ORIGIN)).toThrow(
      ContractViolationError,
    );
  });
});
