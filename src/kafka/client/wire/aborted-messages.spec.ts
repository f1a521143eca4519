import { createRequire } from 'node:module';
import { markAborted, type AbortedTransaction } from './aborted-messages.js';
import { WireMessage } from './wire-message.js';

type KafkajsBatch = new (
  topic: string,
  fetchedOffset: string,
  partition: object,
) => { readonly messages: readonly WireMessage[] };
const Batch = createRequire(import.meta.url)('kafkajs/src/consumer/batch') as KafkajsBatch;

/** What kafkajs hands to a consumer of these messages, once they are marked. */
function committedMessages(
  messages: readonly WireMessage[],
  aborted: readonly AbortedTransaction[],
): readonly WireMessage[] {
  markAborted(messages, aborted);
  return new Batch('topic', '0', { messages, abortedTransactions: [] }).messages;
}

const ABORT = Buffer.from([0, 0, 0, 0]);
const COMMIT = Buffer.from([0, 0, 0, 1]);

function message(offset: number, producerId: string, inTransaction = true): WireMessage {
  const content = { key: Buffer.from('k'), value: null, headers: [] };
  return new WireMessage({ offset, timestamp: 0 }, content, {
    producerId,
    inTransaction,
    isControlBatch: false,
  });
}

function marker(offset: number, producerId: string, key: Buffer): WireMessage {
  return new WireMessage(
    { offset, timestamp: 0 },
    { key, value: null, headers: [] },
    {
      producerId,
      inTransaction: true,
      isControlBatch: true,
    },
  );
}

const offsetsOf = (messages: readonly WireMessage[]): number[] =>
  messages.map(({ offset }) => offset);

describe('what a reader of committed records sees', () => {
  it('is everything but markers where nothing was aborted', () => {
    const messages = [message(0, '1'), marker(1, '1', COMMIT), message(2, '-1', false)];
    expect(offsetsOf(committedMessages(messages, []))).toEqual([0, 2]);
  });

  it('lacks an aborted transaction up to its marker, and nothing behind it', () => {
    const messages = [message(5, '1'), message(6, '2'), marker(7, '1', ABORT), message(8, '1')];
    const aborted = [{ producerId: '1', firstOffset: '5' }];
    expect(offsetsOf(committedMessages(messages, aborted))).toEqual([6, 8]);
  });

  it('lacks transactions that began in another order than they ended', () => {
    const messages = [
      message(5, '2'),
      message(10, '1'),
      marker(20, '1', ABORT),
      message(25, '2'),
      marker(30, '2', ABORT),
      message(31, '3'),
    ];
    const byTheirEnds = [
      { producerId: '1', firstOffset: '10' },
      { producerId: '2', firstOffset: '5' },
    ];
    expect(offsetsOf(committedMessages(messages, byTheirEnds))).toEqual([31]);
  });

  it('lacks a transaction that began before the first message read', () => {
    const messages = [message(9, '1'), marker(10, '1', ABORT)];
    expect(committedMessages(messages, [{ producerId: '1', firstOffset: '3' }])).toEqual([]);
  });

  it('has what a producer committed behind an abort, however many transactions had begun before', () => {
    const messages = [
      message(100, '1'),
      marker(101, '3', ABORT),
      message(102, '3'),
      marker(103, '3', COMMIT),
      marker(104, '1', ABORT),
      marker(105, '2', ABORT),
    ];
    const begunBefore = ['1', '2', '3'].map((producerId) => ({ producerId, firstOffset: '3' }));
    expect(offsetsOf(committedMessages(messages, begunBefore))).toEqual([102]);
  });

  it('keeps what a producer sent outside of a transaction', () => {
    const aborted = [{ producerId: '1', firstOffset: '0' }];
    expect(offsetsOf(committedMessages([message(1, '1', false)], aborted))).toEqual([1]);
  });
});
