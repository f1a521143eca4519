import { DONE, UndecodableError, type HandlerDescription } from '../record/index.js';
import { RecordDelivery, type DeliverySurroundings } from './consumer/record-delivery.js';
import { TrackedRecord } from './consumer/tracked-record.js';
import { recordPartition } from '../../test/support/partitions.js';
import { RawValue } from './handlers/index.js';
import type { DecodeResult } from './ports/index.js';
import { RecordValues } from './record-values.js';

const record = {
  topic: 't',
  partition: 0,
  offset: 1,
  timestamp: 0,
  key: null,
  value: Buffer.from('{}'),
  headers: [],
};

class RawController {
  @RawValue()
  handle(): void {
    // Only its metadata is read.
  }
}

function deliveryOf(handler: Partial<HandlerDescription> = {}): RecordDelivery {
  const tracked = new TrackedRecord(record, recordPartition(), 0, null);
  const deadline = { timeoutMs: 1_000, graceMs: 1_000, headBlocked: 'wait' } as const;
  const surroundings = { now: () => 0 } as unknown as DeliverySurroundings;
  return new RecordDelivery(tracked, handler as HandlerDescription, deadline, surroundings);
}

function valuesOf(results: (DecodeResult | Promise<DecodeResult>)[]): RecordValues {
  return new RecordValues({ decode: () => results.shift()! });
}

const decoded = (number: number): DecodeResult => ({ kind: 'decoded', value: { number } });
const fail = (): Promise<never> => Promise.reject(new Error('failed'));

describe('the value of a further attempt', () => {
  it('is decoded anew, whatever the failed one did to its own', async () => {
    const values = valuesOf([decoded(1), Promise.resolve(decoded(2))]);
    const delivery = deliveryOf();
    expect(values.decode(delivery)).toBeUndefined();
    const first = delivery.value as { number: number };
    await delivery.attend(fail).catch(() => undefined);
    first.number = -1;
    await values.step(delivery, () => Promise.resolve(DONE));
    expect(delivery.value).toEqual({ number: 2 });
  });

  it('is the one that was decoded when no attempt had it yet', async () => {
    const values = valuesOf([decoded(1)]);
    const delivery = deliveryOf();
    await values.decode(delivery);
    const { value } = delivery;
    await values.step(delivery, () => Promise.resolve(DONE));
    expect(delivery.value).toBe(value);
  });

  it('is a failure of the attempt when it cannot be decoded any more', async () => {
    const error = new UndecodableError('gone');
    const values = valuesOf([{ kind: 'undecodable', error }]);
    const delivery = deliveryOf();
    await delivery.attend(fail).catch(() => undefined);
    await expect(values.step(delivery, () => Promise.resolve(DONE))).rejects.toBe(error);
  });
});

describe('the value of a handler that takes it raw', () => {
  it('is the bytes themselves, and nobody is asked to decode them', () => {
    const delivery = deliveryOf({ method: RawController.prototype.handle });
    const values = valuesOf([]);
    expect(values.decode(delivery)).toBeUndefined();
    expect(delivery.value).toBe(record.value);
  });

  it('is still a failure where the record could not be read at all', () => {
    const error = new UndecodableError('broken');
    const delivery = deliveryOf({ method: RawController.prototype.handle });
    Object.assign(delivery.tracked, { record: { ...record, unreadable: error } });
    expect(valuesOf([]).decode(delivery)).toEqual({ stage: 'decode', error });
  });
});
