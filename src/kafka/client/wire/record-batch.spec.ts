import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { MillraceError, type RecordHeader } from '../../../record/index.js';
import { toMessage } from '../record-conversion.js';
import { decodeRecordBatches, isCurrentFormat } from './record-batch.js';
import { UnpackAllowance } from './unpack-allowance.js';
import type { WireMessage } from './wire-message.js';

const require = createRequire(import.meta.url);
interface Encoded {
  readonly buffer: Buffer;
}
/** kafkajs's encoder writes what we read: two implementations of one format. */
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (
  record: object,
) => Encoded;
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch: (batch: object) => Promise<Encoded>;
};

interface Written {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

const FIRST_TIMESTAMP = 1_700_000_000_000;

async function batchOf(firstOffset: number, records: readonly Written[], options: object = {}) {
  const encoded = records.map((record, offsetDelta) =>
    encodeRecord({
      ...toMessage({ topic: 't', timestamp: 0, ...record }),
      offsetDelta,
      timestampDelta: offsetDelta,
    }),
  );
  const { buffer } = await RecordBatch({
    firstOffset,
    firstTimestamp: FIRST_TIMESTAMP,
    maxTimestamp: FIRST_TIMESTAMP + records.length - 1,
    lastOffsetDelta: records.length - 1,
    records: encoded,
    ...options,
  });
  return buffer;
}

const plain = (value: string): Written => ({ key: null, value: Buffer.from(value), headers: [] });
const contentOf = ({ key, value, headerList }: WireMessage) => ({
  key,
  value,
  headers: headerList,
});

const bytes = fc
  .option(fc.uint8Array({ maxLength: 20 }), { freq: 4 })
  .map((array) => (array === null ? null : Buffer.from(array)));
const name = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom('x', '', '10', '2', 'constructor', '__proto__', 'toString', 'ключ'),
);
const written = fc.record({
  key: bytes,
  value: bytes,
  headers: fc.array(fc.tuple(name, bytes), { maxLength: 6 }),
});

const messagesOf = async (
  ...given: Parameters<typeof decodeRecordBatches>
): Promise<readonly WireMessage[]> => (await decodeRecordBatches(...given)).messages;

describe('decodeRecordBatches', () => {
  it('reads keys, values and headers exactly, in order, repeated, null and with any name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(written, { minLength: 1, maxLength: 8 }), async (records) => {
        const batch = await batchOf(7, records);
        expect(isCurrentFormat(batch)).toBe(true);
        const messages = await messagesOf(batch);
        expect(messages.map(contentOf)).toEqual(records);
        expect(messages.map(({ offset }) => offset)).toEqual(records.map((_, index) => 7 + index));
      }),
    );
  });

  it('reads offsets and timestamps up to 2^53', async () => {
    const firstOffset = Number.MAX_SAFE_INTEGER - 10;
    const messages = await messagesOf(await batchOf(firstOffset, [plain('a'), plain('b')]));
    expect(messages.map(({ offset }) => offset)).toEqual([firstOffset, firstOffset + 1]);
    expect(messages.map(({ timestamp }) => timestamp)).toEqual([
      FIRST_TIMESTAMP,
      FIRST_TIMESTAMP + 1,
    ]);
  });

  it('reads several batches and leaves out a last one that was cut off', async () => {
    const first = await batchOf(0, [plain('a'), plain('b')]);
    const second = await batchOf(2, [plain('c')]);
    for (let cut = 1; cut <= second.length; cut += 7) {
      const records = Buffer.concat([first, second.subarray(0, second.length - cut)]);
      const messages = await messagesOf(records);
      expect(messages.map(({ offset }) => offset)).toEqual([0, 1]);
    }
    const whole = await messagesOf(Buffer.concat([first, second]));
    expect(whole.map(({ value }) => value?.toString())).toEqual(['a', 'b', 'c']);
  });

  it('knows the offset after the last batch that it decoded, records or none', async () => {
    const first = await batchOf(5, [plain('a'), plain('b')]);
    const second = await batchOf(7, [plain('c')]);
    const next = async (records: Buffer): Promise<number | undefined> =>
      (await decodeRecordBatches(records)).nextOffset;
    expect(await next(Buffer.concat([first, second]))).toBe(8);
    expect(await next(Buffer.concat([first, second.subarray(0, 40)]))).toBe(7);
    const emptied = Buffer.from(first.subarray(0, 61));
    emptied.writeInt32BE(49, 8);
    emptied.writeInt32BE(0, 57);
    expect(await next(emptied)).toBe(7);
    expect(await next(first.subarray(0, 40))).toBe(undefined);
  });

  it('reads 10,000 headers in time by their number', async () => {
    const headers = Array.from({ length: 10_000 }, (_, index): RecordHeader => [
      `name-${index}`,
      Buffer.from(String(index)),
    ]);
    const [message] = await messagesOf(await batchOf(0, [{ key: null, value: null, headers }]));
    expect(message!.headerList).toEqual(headers);
  });

  it('reads a batch of 300,000 records', async () => {
    const records = Array.from({ length: 300_000 }, () => plain('x'));
    const messages = await messagesOf(await batchOf(0, records));
    expect(messages).toHaveLength(300_000);
    expect(messages.at(-1)!.offset).toBe(299_999);
  });

  it('marks each record of a batch that is too large unpacked, and goes on behind it', async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024));
    const large = await batchOf(0, [plain('a'), plain('b'), plain('c')]);
    const header = large.subarray(0, 61);
    header.writeInt16BE(1, 21);
    header.writeInt32BE(49 + bomb.length, 8);
    const records = Buffer.concat([header, bomb, await batchOf(3, [plain('after')])]);
    const messages = await messagesOf(records);
    expect(messages.map(({ offset, unreadable }) => [offset, unreadable?.code])).toEqual([
      [0, 'OVERSIZED_BATCH'],
      [1, 'OVERSIZED_BATCH'],
      [2, 'OVERSIZED_BATCH'],
      [3, undefined],
    ]);
  });

  it('leaves out the batches that an answer has no room for, as if the fetch had cut them off', async () => {
    const value = Buffer.alloc(25 * 1024 * 1024);
    const half = (offset: number): Promise<Buffer> =>
      batchOf(offset, [{ key: null, value, headers: [] }], { compression: 1 });
    const batches = await Promise.all([half(0), half(1), half(2), half(3)]);
    const offsetsFrom = async (from: number): Promise<number[]> => {
      const { messages, nextOffset } = await decodeRecordBatches(
        Buffer.concat(batches.slice(from)),
      );
      // What was left out is not passed over.
      expect(nextOffset).toBe(messages.at(-1)!.offset + 1);
      return messages.map(({ offset, unreadable }) => (unreadable === undefined ? offset : NaN));
    };
    expect(await offsetsFrom(0)).toEqual([0, 1]);
    expect(await offsetsFrom(2)).toEqual([2, 3]);
  });

  it('gives partitions of one answer one allowance', async () => {
    const value = Buffer.alloc(40 * 1024 * 1024);
    const batch = await batchOf(0, [{ key: null, value, headers: [] }], { compression: 1 });
    const allowance = new UnpackAllowance();
    expect(await messagesOf(batch, allowance)).toHaveLength(1);
    expect(await messagesOf(batch, allowance)).toHaveLength(0);
    expect(await messagesOf(await batchOf(0, [plain('a')]), allowance)).toHaveLength(1);
  });

  it('never throws, whatever the bytes behind a batch header', async () => {
    const good = await batchOf(0, [plain('a'), plain('b')]);
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom(0, 1, 2, 3, 4, 5, 7),
        async (noise, attributes) => {
          const header = Buffer.from(good.subarray(0, 61));
          header.writeInt16BE(attributes, 21);
          header.writeInt32BE(49 + noise.length, 8);
          const messages = await messagesOf(Buffer.concat([header, noise]));
          for (const { unreadable } of messages) {
            if (unreadable !== undefined) expect(unreadable).toBeInstanceOf(MillraceError);
          }
        },
      ),
    );
  });
});
