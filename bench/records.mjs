const KEYS = 10_000;
const SEED = 20_260_101;

/**
 * The records of a preloaded topic, by id from 0: which key each has and its place among those of its key. The producer
 * and every arm compute the same from the total alone, so that an arm can tell loss, repetition and disorder.
 */
export class RecordPlan {
  /** @param {number} total */
  constructor(total) {
    this.total = total;
    this.keys = new Uint16Array(total);
    this.sequences = new Uint32Array(total);
    const next = generator(SEED);
    const seen = new Uint32Array(KEYS);
    for (let id = 0; id < total; id += 1) {
      const key = Math.floor(next() * KEYS);
      this.keys[id] = key;
      this.sequences[id] = seen[key];
      seen[key] += 1;
    }
  }

  get keyCount() {
    return KEYS;
  }

  /** Keys are dealt out evenly, so that no arm waits for one partition with more of them. */
  message(id, partitions, more = {}) {
    const key = this.keys[id];
    return {
      partition: key % partitions,
      key: `k${key}`,
      value: JSON.stringify({ ...orderOf(id, this.sequences[id]), ...more }),
      headers: { 'event-id': String(id) },
    };
  }
}

/** About 250 bytes as JSON. */
function orderOf(id, seq) {
  return {
    id,
    seq,
    orderId: `ord-${String(id).padStart(6, '0')}`,
    customerId: `c-${id % 1000}`,
    currency: 'EUR',
    total: '123.45',
    placedAt: '2026-01-01T00:00:00.000Z',
    items: [
      { sku: 'sku-1', quantity: 2, unitPrice: '10.00' },
      { sku: 'sku-2', quantity: 1, unitPrice: '3.50' },
    ],
  };
}

/** Numbers from 0 to 1, the same ones for the same seed (a 32-bit xorshift). */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
