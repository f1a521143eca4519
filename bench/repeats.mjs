import { generator } from './records.mjs';

const SEED = 20_260_202;
/** So many records later at most: far enough to find a repeat long settled, or still in flight. */
const FARTHEST = 50_000;

/**
 * The ids of a topic in the order in which they are sent, a share of them once more at a random distance. The producer
 * and the runner compute the same.
 * @param {number} total
 * @param {number} share
 * @returns {number[]}
 */
export function sendingOrder(total, share) {
  const next = generator(SEED);
  const repeatsAfter = new Map();
  const order = [];
  for (let id = 0; id < total; id += 1) {
    order.push(id, ...(repeatsAfter.get(id) ?? []));
    repeatsAfter.delete(id);
    if (next() >= share) continue;
    const at = Math.min(total - 1, id + 1 + Math.floor(next() * FARTHEST));
    if (at === id) order.push(id);
    else repeatsAfter.set(at, [...(repeatsAfter.get(at) ?? []), id]);
  }
  return order;
}
