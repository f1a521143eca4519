import { committedMessages } from './committed-messages.js';
import { WireMessage } from './wire-message.js';

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

  it('keeps what a producer sent outside of a transaction', () => {
    const aborted = [{ producerId: '1', firstOffset: '0' }];
    expect(offsetsOf(committedMessages([message(1, '1', false)], aborted))).toEqual([1]);
  });
});
