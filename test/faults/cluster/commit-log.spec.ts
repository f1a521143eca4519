import type { KafkaMessage } from 'kafkajs';
import { decodeCommit } from './commit-log.js';

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function number(bytes: 2 | 4 | 8, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 8) buffer.writeBigInt64BE(BigInt(value));
  else buffer.writeIntBE(value, 0, bytes);
  return buffer;
}

const keyOf = (version: number): Buffer =>
  Buffer.concat([number(2, version), text('group'), text('topic'), number(4, 7)]);
const VALUES: Readonly<Record<number, Buffer>> = {
  1: Buffer.concat([number(2, 1), number(8, 12), text('note'), number(8, 5), number(8, 9)]),
  2: Buffer.concat([number(2, 2), number(8, 12), text('note'), number(8, 5)]),
  3: Buffer.concat([number(2, 3), number(8, 12), number(4, 0), text('note'), number(8, 5)]),
  4: Buffer.concat([
    number(2, 4),
    number(8, 12),
    number(4, 0),
    Buffer.from('\x05note'),
    number(8, 5),
  ]),
};
const message = (key: Buffer | null, value: Buffer | null): KafkaMessage =>
  ({ key, value, timestamp: '1234' }) as KafkaMessage;

describe('a record of the offsets topic', () => {
  it.each([1, 2, 3, 4])('is a commit with a value of version %i', (version) => {
    expect(decodeCommit(message(keyOf(1), VALUES[version]!))).toEqual({
      group: 'group',
      topic: 'topic',
      partition: 7,
      offset: 12,
      timestamp: 1234,
      metadata: 'note',
    });
  });

  it('is none when it is the metadata of a group', () => {
    expect(
      decodeCommit(message(Buffer.concat([number(2, 2), text('group')]), Buffer.alloc(40))),
    ).toBeUndefined();
  });

  it('is none when it takes a commit away', () => {
    expect(decodeCommit(message(keyOf(1), null))).toBeUndefined();
  });
});
