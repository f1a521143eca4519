import kafkajs from 'kafkajs';
import { FETCH, readTask, runToEnd, SESSION } from './contract.mjs';
import { handlingOf } from './handling.mjs';
import { Ledger } from './ledger.mjs';

/** The least that can be done with kafkajs: each batch in a loop, values parsed. */
const task = readTask();
const ledger = new Ledger(task);
const handle = handlingOf(ledger, task.workMs);

const eachBatch = async ({ batch, heartbeat }) => {
  for (const { value } of batch.messages) await handle(JSON.parse(value));
  await heartbeat();
};

async function start() {
  const kafka = new kafkajs.Kafka({
    clientId: 'bench',
    brokers: task.brokers,
    logLevel: kafkajs.logLevel.ERROR,
  });
  const consumer = kafka.consumer({ groupId: task.group, ...SESSION, ...FETCH });
  await consumer.connect();
  await consumer.subscribe({ topics: [task.topic], fromBeginning: true });
  await consumer.run({ eachBatch });
  return { stop: () => consumer.disconnect() };
}

await runToEnd({
  arm: 'raw-kafkajs',
  order: 'partition',
  ledger,
  settings: { concurrency: 1, ...FETCH, ...SESSION, commit: 'after each batch' },
  start,
});
