import { decodeTopicIds, topicIdsRequest } from './topic-ids.js';

const versions = (maxVersion: number) => ({ 3: { maxVersion } });

const ID = '0123456789abcdef0123456789abcdef';
const bytes = (...parts: (number | string | Buffer)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'number') return Buffer.from([part]);
      return typeof part === 'string' ? Buffer.from(part) : part;
    }),
  );
const int32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
};
const partition = bytes(0, 0, int32(0), int32(1), int32(7), 2, int32(1), 2, int32(1), 1, 0);
const topic = (error: number, name: string, id: string): Buffer =>
  bytes(0, error, name.length + 1, name, Buffer.from(id, 'hex'), 0, 2, partition, int32(0), 0);
const broker = bytes(int32(1), 10, 'localhost', int32(9092), 0, 0);
const answerOf = (...topics: Buffer[]): Buffer =>
  // One tag in the header, which no broker writes yet.
  bytes(1, 5, 2, 'xx', int32(0), 2, broker, 4, 'abc', int32(1), topics.length + 1, ...topics);

describe('topic ids', () => {
  it('are asked of a broker that knows them, by name', async () => {
    expect(topicIdsRequest(versions(9), ['orders'])).toBeUndefined();
    expect(topicIdsRequest({}, ['orders'])).toBeUndefined();
    const { request } = topicIdsRequest(versions(13), ['orders', 'x'.repeat(200)])!;
    expect(request).toMatchObject({ apiKey: 3, apiVersion: 10 });
    const { buffer } = await request.encode();
    const expected = bytes(
      0,
      3,
      Buffer.alloc(16),
      7,
      'orders',
      0,
      Buffer.alloc(16),
      0xc9,
      1,
      'x'.repeat(200),
      0,
      0,
      0,
      0,
      0,
    );
    expect(buffer.equals(expected)).toBe(true);
  });

  it('are read past whatever else the answer tells', () => {
    const other = ID.replace('0', 'f');
    const answer = answerOf(topic(0, 'orders', ID), topic(0, 'refunds', other));
    expect(decodeTopicIds(answer)).toEqual(
      new Map([
        ['orders', ID],
        ['refunds', other],
      ]),
    );
  });

  it('are left out where the topic does not exist', () => {
    const none = '0'.repeat(32);
    expect(decodeTopicIds(answerOf(topic(3, 'gone', none), topic(0, 'old', none)))).toEqual(
      new Map(),
    );
  });
});
