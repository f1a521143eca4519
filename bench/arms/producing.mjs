import { Module } from '@nestjs/common';
import { RecordPublisher } from '../../dist/kafka/index.js';
import { Transactional } from '../../dist/transactions/index.js';
import { RecordPlan } from '../records.mjs';
import { benchController } from './bench-controller.mjs';
import { readTask } from './contract.mjs';
import { Ledger } from './ledger.mjs';
import { runService, settled } from './service.mjs';

/**
 * The service with one consumer that makes one record of each: in Kafka transactions, or published by the handler
 * before it ends. The measured loop ends when every record is settled, so what was not committed yet counts as well.
 */
const TRANSACTIONS = { maxRecords: 750, maxWaitMs: 100 };

const task = readTask();
const isTransactional = task.arm === 'transactions';
const ledger = new Ledger(task, { endsWithHandlers: false });
const { keys } = new RecordPlan(task.total);
let publisher;

function outputOf(order) {
  return {
    topic: task.outputTopic,
    partition: keys[order.id] % task.partitions,
    key: Buffer.from(`k${keys[order.id]}`),
    value: Buffer.from(JSON.stringify({ ...order, currency: 'USD' })),
    headers: [['event-id', Buffer.from(String(order.id))]],
    timestamp: Date.now(),
  };
}

async function publish(order) {
  ledger.started(order);
  await publisher.publish(outputOf(order));
  ledger.ended(order);
}

function produce(order) {
  ledger.started(order);
  const output = outputOf(order);
  ledger.ended(order);
  return output;
}

const BenchController = isTransactional
  ? benchController(task.topic, produce, Transactional(TRANSACTIONS))
  : benchController(task.topic, publish);
class BenchModule {}
Module({ controllers: [BenchController] })(BenchModule);

await runService(task, {
  ledger,
  module: BenchModule,
  controller: BenchController,
  started: (application) => {
    publisher = application.get(RecordPublisher, { strict: false });
    void settled(application, task.total).then(() => ledger.end());
  },
  more: isTransactional ? TRANSACTIONS : {},
});
