import fc from 'fast-check';
import { decodeClaim, encodeClaim } from './claim-codec.js';
import type { Claim } from './claim.js';

const places = (topics: fc.Arbitrary<string>): fc.Arbitrary<Claim['owned']> =>
  fc
    .uniqueArray(fc.tuple(topics, fc.nat(2 ** 31 - 1)), {
      selector: ([topic, partition]) => `${partition} ${topic}`,
    })
    .map((pairs) =>
      pairs
        .map(([topic, partition]) => ({ topic, partition }))
        .sort((left, right) => left.partition - right.partition),
    );
const topic = fc.constantFrom('orders', 'orders.loader.retry.1m', 'größe', '');
const byPlace = (claim: Claim): unknown => ({
  ...claim,
  owned: new Set(claim.owned.map((place) => JSON.stringify(place))),
  draining: new Set(claim.draining.map((place) => JSON.stringify(place))),
});
const someClaim: Claim = {
  generation: 7,
  isLeaving: false,
  owned: Array.from({ length: 300 }, (_, partition) => ({ topic: 'orders', partition })),
  draining: [{ topic: 'orders', partition: 300 }],
};

describe('a claim', () => {
  it('is read as it was written', () => {
    const claim = fc.record({
      generation: fc.nat(2 ** 31 - 1),
      isLeaving: fc.boolean(),
      owned: places(topic),
      draining: places(topic),
    });
    fc.assert(
      fc.property(claim, (written) => {
        expect(byPlace(decodeClaim(encodeClaim(written))!)).toEqual(byPlace(written));
      }),
    );
  });

  it('of a few hundred partitions takes about a byte for each', () => {
    expect(encodeClaim(someClaim).length).toBeLessThan(330);
  });

  it('is none when the bytes are cut, longer, of another version or another program', () => {
    const bytes = encodeClaim(someClaim);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeClaim(bytes.subarray(0, length))).toBeUndefined();
    }
    expect(decodeClaim(Buffer.concat([bytes, Buffer.from([0])]))).toBeUndefined();
    const otherVersion = Buffer.from(bytes);
    otherVersion[2] = 2;
    expect(decodeClaim(otherVersion)).toBeUndefined();
    expect(decodeClaim(Buffer.from('{"owned":[]}'))).toBeUndefined();
  });

  it('never throws, whatever the bytes, and never holds more than a broker can have', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .uint8Array({ maxLength: 200 })
        .map((rest) => Uint8Array.from([...encodeClaim(someClaim).subarray(0, 4), ...rest])),
      fc.array(fc.tuple(fc.nat(350), fc.nat(255)), { maxLength: 5 }).map((changes) => {
        const bytes = Uint8Array.from(encodeClaim(someClaim));
        for (const [index, byte] of changes) if (index < bytes.length) bytes[index] = byte;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        const claim = decodeClaim(bytes);
        for (const { partition } of [...(claim?.owned ?? []), ...(claim?.draining ?? [])]) {
          expect(Number.isInteger(partition) && partition >= 0).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
    // A count of two thousand million behind a valid head.
    const head = [...encodeClaim(someClaim).subarray(0, 4), 1, 1, 1, 0x61];
    const huge = Uint8Array.from([
      ...head,
      0xff,
      0xff,
      0xff,
      0xff,
      0x07,
      ...Array<number>(64).fill(0),
    ]);
    expect(decodeClaim(huge)).toBeUndefined();
  });
});
