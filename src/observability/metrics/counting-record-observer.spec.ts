import { DeliveryAbandoned, DONE, DUPLICATE, skipped, type Outcome } from '../../record/index.js';
import { deliveryOf } from '../../../test/support/deliveries.js';
import { CountingRecordObserver } from './counting-record-observer.js';

const deadLetter: Outcome = { kind: 'dead-lettered', topic: 't.g.dlq', reason: 'exhausted' };

describe('the counting observer', () => {
  it('counts an attempt as succeeded for what ended well, and none for a dead letter', () => {
    const observer = new CountingRecordObserver();
    const delivery = deliveryOf();
    for (const outcome of [DONE, DUPLICATE, skipped('x'), deadLetter])
      observer.settled(delivery, outcome, 1);
    const { attempts, deadLetters, processing } = observer.of(delivery.handler);
    expect(attempts).toEqual({ succeeded: 3, failed: 0, waited: 0 });
    expect(deadLetters.exhausted).toBe(1);
    expect(processing.count).toBe(4);
  });

  it('counts a redriven record by what settles it for good, and on its source topic believes nobody', () => {
    const observer = new CountingRecordObserver();
    const headers = [['x-dlq-redrive-count', Buffer.from('2')]] as const;
    const handler = { topic: 'orders' };
    const of = (topic: string) => deliveryOf({ record: { topic, headers }, handler });
    const retried: Outcome = { kind: 'retried', topic: 'orders.g.retry.1' };
    for (const outcome of [DONE, DUPLICATE, deadLetter, retried, DONE])
      observer.settled(of('orders.g.redrive'), outcome, 1);
    observer.settled(of('orders'), DONE, 1);
    const first = deliveryOf({ record: { topic: 'orders.g.retry.1' }, handler });
    observer.settled(first, DONE, 1);
    const counted = observer.of(first.handler).redrives;
    expect(counted).toEqual({ done: 2, duplicate: 1, skipped: 0, dead_letter: 1 });
  });

  it('counts a failed attempt by what is done about it and, where it is made again, by its kind', () => {
    const observer = new CountingRecordObserver();
    const delivery = deliveryOf();
    const error = new Error('x');
    observer.attemptFailed(delivery, error, 'retry', 'transient');
    observer.attemptFailed(delivery, error, 'retry', 'unknown');
    observer.attemptFailed(delivery, error, 'wait', 'waiting');
    observer.attemptFailed(delivery, error, 'dead-letter', 'unknown');
    observer.attemptFailed(delivery, error, 'dead-letter', 'permanent');
    const { attempts, retries } = observer.of(delivery.handler);
    expect(attempts).toEqual({ succeeded: 0, failed: 4, waited: 1 });
    expect(retries).toEqual({ transient: 1, unknown: 1, waiting: 1 });
  });

  it('counts nothing for an abandoned delivery', () => {
    const observer = new CountingRecordObserver();
    const delivery = deliveryOf();
    observer.attemptFailed(delivery, new DeliveryAbandoned('revoked'), 'retry', 'unknown');
    expect(observer.of(delivery.handler).attempts.failed).toBe(0);
  });

  it('measures from the timestamp of the first source, not at all without one, and never backwards', () => {
    const observer = new CountingRecordObserver();
    const { handler } = deliveryOf();
    const now = Date.now();
    for (const timestamp of [now - 120_000, -1, now + 60_000])
      observer.settled({ ...deliveryOf({ origin: { timestamp } }), handler }, DONE, 1);
    const { endToEnd } = observer.of(handler);
    expect(endToEnd.count).toBe(2);
    expect(Math.floor(endToEnd.sum)).toBe(120);
  });

  it('counts together what has the same names, and apart what has not', () => {
    const observer = new CountingRecordObserver();
    for (const topic of ['a', 'a', 'b'])
      observer.settled(deliveryOf({ handler: { topic } }), DONE, 1);
    const { groupId, handler } = deliveryOf().handler;
    expect(observer.of({ topic: 'a', groupId, handler }).attempts.succeeded).toBe(2);
    expect(observer.of({ topic: 'b', groupId, handler }).attempts.succeeded).toBe(1);
  });

  it('counts skipped offsets by their cause and log resets, for each topic and group', () => {
    const observer = new CountingRecordObserver();
    const place = { groupId: 'g', consumer: 'c', topic: 't', partition: 0 };
    observer.offsetsSkipped(place, { from: 0, to: 40, count: 40, cause: 'deleted' });
    observer.offsetsSkipped(
      { ...place, partition: 1 },
      { from: 5, to: 7, count: 2, cause: 'deleted' },
    );
    observer.offsetsSkipped(place, { from: 0, to: 3, count: 3, cause: 'latest' });
    observer.logReset({ ...place, topic: 'another' });
    expect(observer.logsOf(place)).toEqual({
      resets: 0,
      skippedOffsets: { deleted: 42, latest: 3, unexplained: 0 },
    });
    expect(observer.logsOf({ topic: 'another', groupId: 'g' }).resets).toBe(1);
  });
});
