import { randomUUID } from 'node:crypto';
import { connectionTo } from '../stack/samples/kafka-connection.mjs';
import { RecordPlan } from './records.mjs';

const PATIENCE_MS = 60_000;

/**
 * What stands in an arm's output topic for a reader of committed records: how many of the records it has an output of,
 * how many it has again, how many stand before an earlier one of their key.
 * @param {string} address
 * @param {{ topic: string, total: number }} options
 */
export async function outputsOf(address, { topic, total }) {
  const account = new Account(total);
  const { kafka } = await connectionTo(address);
  const consumer = kafka.consumer({ groupId: `bench-${randomUUID()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise((resolve, reject) => {
      setTimeout(resolve, PATIENCE_MS).unref();
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      const eachBatch = async ({ batch }) => {
        for (const { headers } of batch.messages) account.take(Number(headers['event-id']));
        if (account.distinct === total) resolve();
      };
      consumer.run({ autoCommit: false, eachBatch }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return { distinct: account.distinct, again: account.again, disordered: account.disordered };
}

class Account {
  distinct = 0;
  again = 0;
  disordered = 0;
  #seen;
  #next;
  #plan;

  constructor(total) {
    this.#plan = new RecordPlan(total);
    this.#seen = new Uint8Array(total);
    this.#next = new Uint32Array(this.#plan.keyCount);
  }

  take(id) {
    if (this.#seen[id] === 1) {
      this.again += 1;
      return;
    }
    this.#seen[id] = 1;
    this.distinct += 1;
    const key = this.#plan.keys[id];
    if (this.#next[key] !== this.#plan.sequences[id]) this.disordered += 1;
    this.#next[key] = this.#plan.sequences[id] + 1;
  }
}
