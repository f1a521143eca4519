import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import {
  codecOf,
  CorruptBatchError,
  decompress,
  OversizedBatchError,
  type Codec,
} from './index.js';

const MEBIBYTE = 1024 * 1024;
const FIXTURES = join(import.meta.dirname, 'fixtures');

/** The same as in PackFixtures.java. */
function content(length: number): Buffer {
  let lines = '';
  for (let number = 1; lines.length < length;) {
    number = (Math.imul(number, 1_103_515_245) + 12_345) & 0x7fffffff;
    lines += `{"order_id":"ord-${number % 5000}","quantity":${(number >> 16) % 12}}\n`;
  }
  return Buffer.from(lines.slice(0, length));
}

const contents: Record<string, Buffer> = { large: content(150_000), small: content(300) };

const packed = readdirSync(FIXTURES)
  .filter((name) => /^(large|small)\./.test(name))
  .map((name) => ({
    name,
    codec: name.split('.').at(-1) as Codec,
    bytes: readFileSync(join(FIXTURES, name)),
    content: contents[name.split('.')[0]!]!,
  }));

const codecs: readonly Codec[] = ['gzip', 'snappy', 'lz4', 'zstd'];

/** Node has zstd from 22.15 on. */
type Compress = (bytes: Uint8Array) => Buffer;
const zstdCompress = Reflect.get(zlib, 'zstdCompressSync') as Compress | undefined;
const compressors: [Codec, Compress][] = [
  ['gzip', (bytes) => zlib.gzipSync(bytes)],
  ...(zstdCompress === undefined ? [] : [['zstd', zstdCompress] as [Codec, Compress]]),
];

/** What became of it; an error of another class fails the spec. */
async function outcomeOf(codec: Codec, bytes: Buffer, limit: number): Promise<Buffer | string> {
  try {
    return await decompress(codec, bytes, limit);
  } catch (error) {
    expect([CorruptBatchError, OversizedBatchError]).toContain((error as Error).constructor);
    return (error as OversizedBatchError | CorruptBatchError).code;
  }
}

describe('codecOf', () => {
  it('reads the lowest three bits alone', () => {
    expect([0, 1, 2, 3, 4, 0x18, 0x1c].map(codecOf)).toEqual([
      undefined,
      ...codecs,
      undefined,
      'zstd',
    ]);
  });

  it('refuses a codec that Kafka does not have', () => {
    for (const attributes of [5, 6, 7]) {
      expect(() => codecOf(attributes)).toThrow(CorruptBatchError);
    }
  });
});

describe('decompress', () => {
  it('has fixtures of every codec', () => {
    expect(new Set(packed.map(({ codec }) => codec))).toEqual(new Set(codecs));
    expect(packed).toHaveLength(20);
  });

  it.each(packed)('unpacks $name', async ({ codec, bytes, content }) => {
    expect((await decompress(codec, bytes, MEBIBYTE)).equals(content)).toBe(true);
  });

  it.each(packed)('unpacks $name up to a limit of exactly its size', async (fixture) => {
    const { codec, bytes, content } = fixture;
    expect((await decompress(codec, bytes, content.length)).equals(content)).toBe(true);
    expect(await outcomeOf(codec, bytes, content.length - 1)).toBe('OVERSIZED_BATCH');
    expect(await outcomeOf(codec, bytes, 0)).toBe('OVERSIZED_BATCH');
  });

  it.each(packed)('finds $name cut short corrupt, wherever the cut is', async (fixture) => {
    const { codec, bytes, content } = fixture;
    const places = new Set(Array.from({ length: 60 }, (_, index) => (bytes.length * index) / 60));
    for (const place of [...places].map(Math.floor).concat(bytes.length - 1)) {
      const outcome = await outcomeOf(codec, bytes.subarray(0, place), content.length);
      expect(outcome).toBe('CORRUPT_BATCH');
    }
  });

  it.each(codecs)('finds no bytes at all corrupt as %s', async (codec) => {
    expect(await outcomeOf(codec, Buffer.alloc(0), MEBIBYTE)).toBe('CORRUPT_BATCH');
  });

  it.each(compressors)('gives back what was packed with Node’s own %s', async (codec, compress) => {
    const runs = fc.array(fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 400 })));
    await fc.assert(
      fc.asyncProperty(runs, async (parts) => {
        const bytes = Buffer.concat(parts.flatMap(([run, times]) => Array(times % 40).fill(run)));
        const unpacked = await decompress(codec, compress(bytes), Math.max(bytes.length, 1));
        expect(unpacked.equals(bytes)).toBe(true);
      }),
    );
  });

  it.each(codecs)(
    'survives changed bytes of %s: within the limit, or one of its errors',
    async (codec) => {
      const samples = packed.filter((each) => each.codec === codec && each.content.length < 1_000);
      const change = fc.record({ place: fc.nat({ max: 400 }), byte: fc.nat({ max: 255 }) });
      const changes = fc.array(change, { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...samples), changes, async (sample, all) => {
          const bytes = Buffer.from(sample.bytes);
          for (const { place, byte } of all) bytes[place % bytes.length] = byte;
          const outcome = await outcomeOf(codec, bytes, 1_000);
          if (typeof outcome !== 'string') expect(outcome.length).toBeLessThanOrEqual(1_000);
        }),
        { numRuns: 2_000 },
      );
    },
  );

  it.each(codecs)('survives random bytes behind the beginning of %s', async (codec) => {
    const beginnings = packed
      .filter((each) => each.codec === codec)
      .flatMap(({ bytes }) => [0, 4, 7, 10, 16, 20].map((length) => bytes.subarray(0, length)));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...beginnings),
        fc.uint8Array({ maxLength: 200 }),
        async (beginning, rest) => {
          const outcome = await outcomeOf(codec, Buffer.concat([beginning, rest]), 1_000);
          if (typeof outcome !== 'string') expect(outcome.length).toBeLessThanOrEqual(1_000);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('does not hold much memory for little output', async () => {
    for (const { codec, bytes, content } of packed) {
      const output = await decompress(codec, bytes, 64 * MEBIBYTE);
      const isPooled = output.buffer.byteLength <= 2 * Buffer.poolSize;
      expect(isPooled || output.buffer.byteLength <= 2 * content.length).toBe(true);
    }
  });
});

describe('gzip', () => {
  it('stops at the limit, whatever the trailer promises', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(32 * MEBIBYTE));
    expect(await outcomeOf('gzip', bomb, MEBIBYTE)).toBe('OVERSIZED_BATCH');
    bomb.writeUInt32LE(10, bomb.length - 4);
    expect(await outcomeOf('gzip', bomb, MEBIBYTE)).toBe('OVERSIZED_BATCH');
  });

  it('finds a wrong checksum corrupt', async () => {
    const bytes = zlib.gzipSync('value');
    bytes[bytes.length - 8]! ^= 1;
    expect(await outcomeOf('gzip', bytes, MEBIBYTE)).toBe('CORRUPT_BATCH');
  });

  it('reads members that stand one after the other', async () => {
    const bytes = Buffer.concat([zlib.gzipSync(contents['large']!), zlib.gzipSync('end')]);
    const output = await decompress('gzip', bytes, MEBIBYTE);
    expect(output.equals(Buffer.concat([contents['large']!, Buffer.from('end')]))).toBe(true);
  });
});
