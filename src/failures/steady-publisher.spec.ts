import { Logger } from '@nestjs/common';
import { RecordTooLargeError, type OutgoingRecord, type RecordPublisher } from '../kafka/index.js';
import type { RecordObserver } from '../observability/index.js';
import { DeliveryAbandoned, type Wait } from '../record/index.js';
import { deliveryOf } from '../../test/support/deliveries.js';
import { SteadyPublisher } from './steady-publisher.js';

const tooLarge = (): Promise<void> => Promise.reject(new RecordTooLargeError('t.dlq', undefined));

function setUp(publish: (size: number) => Promise<void>, mayWait = 3) {
  const sizes: number[] = [];
  const waits: Wait[] = [];
  const publisher = new SteadyPublisher(
    {
      publish: async ({ value }: OutgoingRecord) => {
        sizes.push(value!.length);
        await publish(value!.length);
      },
    } as unknown as RecordPublisher,
    { deadLetterRefused: () => undefined } as unknown as RecordObserver,
  );
  const delivery = deliveryOf({
    suspend: (_until, wait) => {
      waits.push(wait);
      return waits.length < mayWait
        ? Promise.resolve()
        : Promise.reject(new DeliveryAbandoned('stop'));
    },
  });
  const forms = [30, 20, 10].map((size) => () => {
    const part = { topic: 't.dlq', key: null, headers: [], timestamp: 0 };
    return { ...part, value: Buffer.alloc(size) };
  });
  return { publishing: publisher.publish(delivery, forms), sizes, waits };
}

describe('SteadyPublisher', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('sends the largest form that the topic takes, without a wait', async () => {
    const { publishing, sizes, waits } = setUp((size) =>
      size > 20 ? tooLarge() : Promise.resolve(),
    );
    await publishing;
    expect([sizes, waits]).toEqual([[30, 20], []]);
  });

  it('keeps what fits in no form waiting by itself, and names record, topic and setting', async () => {
    const { publishing, sizes, waits } = setUp(tooLarge);
    await expect(publishing).rejects.toThrow(DeliveryAbandoned);
    expect(sizes).toEqual([30, 20, 10, 10, 10]);
    expect(waits[0]).toEqual({
      why: 'dependency',
      dependency: 'topic t.dlq, max.message.bytes',
      detail: 'orders-0@7 is larger than t.dlq takes: raise max.message.bytes of t.dlq',
    });
  });

  it('does not make a record smaller because its topic does not answer', async () => {
    const { publishing, sizes } = setUp(() => Promise.reject(new Error('no broker')));
    await expect(publishing).rejects.toThrow(DeliveryAbandoned);
    expect(sizes).toEqual([30, 30, 30]);
  });
});
