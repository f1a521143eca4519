import { Module } from '@nestjs/common';
import { defineConsumer, loadSettings } from '../../dist/config/index.js';
import { ConsumerGroups } from '../../dist/kafka/index.js';
import { createService } from '../../dist/service.js';
import { benchController } from './bench-controller.mjs';
import { FETCH, readTask, runToEnd } from './contract.mjs';
import { handlingOf } from './handling.mjs';
import { Ledger } from './ledger.mjs';

/** The compiled service with one plain consumer: default policies, and only what the task names is set. */
const task = readTask();
const ledger = new Ledger(task);
const BenchController = benchController(task.topic, handlingOf(ledger, task.workMs));
class BenchModule {}
Module({ controllers: [BenchController] })(BenchModule);

const declaration = defineConsumer({ name: 'bench' });
const { settings } = loadSettings(
  {
    KAFKA_BROKERS: task.brokers.join(','),
    KAFKA_AUTO_CREATE_TOPICS: 'true',
    PORT: '0',
    BENCH_GROUP_ID: task.group,
    BENCH_CONCURRENCY: String(task.concurrency),
    BENCH_DEAD_LETTER_TOPIC: task.deadLetterTopic,
    BENCH_MAX_RETRIES: String(task.attempts - 1),
    BENCH_RETRY_BACKOFF: `${task.backoffMs}ms`,
    BENCH_IDEMPOTENCY: task.store,
    IDEMPOTENCY_CACHE_SIZE: '100000',
    ...task.servers,
  },
  [declaration],
);
const { kafka } = settings;

/** Repeats are settled without the handler: the ledger does not see the last of them. */
async function everythingSettled(application) {
  const settled = () => {
    const [{ topics }] = application.get(ConsumerGroups).activities();
    return topics.reduce((sum, { counts }) => sum + counts.done + counts.duplicate, 0);
  };
  while (settled() < task.total + task.repeats) await new Promise((go) => setTimeout(go, 20));
}

await runToEnd({
  arm: task.arm,
  order: 'key',
  ledger,
  settings: {
    concurrency: task.concurrency,
    ...FETCH,
    sessionTimeout: kafka.sessionTimeoutMs,
    commitInterval: kafka.commitIntervalMs,
    maxBufferedRecords: kafka.maxBufferedRecords,
    maxBufferedBytes: kafka.maxBufferedBytes,
    attempts: task.attempts,
    backoff: `${task.backoffMs} ms`,
    store: task.store,
  },
  start: async () => {
    const { application, stop } = await createService({
      consumers: [{ declaration, module: BenchModule, controllers: [BenchController] }],
      settings,
    });
    const finish = async () => {
      if (task.repeats > 0) await everythingSettled(application);
      return stop();
    };
    return { stop: finish };
  },
});
