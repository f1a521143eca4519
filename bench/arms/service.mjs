import { setTimeout as delay } from 'node:timers/promises';
import { defineConsumer, loadSettings } from '../../dist/config/index.js';
import { ConsumerGroups } from '../../dist/kafka/index.js';
import { createService } from '../../dist/service.js';
import { FETCH, runToEnd } from './contract.mjs';

/**
 * Runs an arm that is the compiled service with one consumer: default policies, and only what the task names is set.
 * @param {ReturnType<typeof import('./contract.mjs').readTask>} task
 * @param {{ ledger: import('./ledger.mjs').Ledger, module: object, controller: object, started?: (application: object) => void, finished?: (application: object) => Promise<void>, more?: object, order?: string }} options
 */
export function runService(task, options) {
  const { ledger, module, controller, started, finished, more, order = 'key' } = options;
  const declaration = defineConsumer({ name: 'bench' });
  const { settings } = loadSettings(environmentOf(task), [declaration]);
  const start = async () => {
    const { application, stop } = await createService({
      consumers: [{ declaration, module, controllers: [controller] }],
      settings,
    });
    started?.(application);
    const finish = async () => {
      await finished?.(application);
      return stop();
    };
    return { stop: finish };
  };
  const described = { ...settingsOf(task, settings.kafka), ...more };
  return runToEnd({ arm: task.arm, order, ledger, settings: described, start });
}

/** Resolves once so many records have an outcome that is durable. */
export async function settled(application, count) {
  const known = () => {
    const [{ topics }] = application.get(ConsumerGroups).activities();
    return topics.reduce((sum, { counts }) => sum + counts.done + counts.duplicate, 0);
  };
  while (known() < count) await delay(5);
}

function environmentOf(task) {
  return {
    KAFKA_BROKERS: task.brokers.join(','),
    KAFKA_AUTO_CREATE_TOPICS: 'true',
    PORT: '0',
    BENCH_GROUP_ID: task.group,
    BENCH_CONCURRENCY: String(task.concurrency),
    BENCH_DEAD_LETTER_TOPIC: task.deadLetterTopic,
    BENCH_MAX_RETRIES: String(task.attempts - 1),
    BENCH_RETRY_BACKOFF: `${task.backoffMs}ms`,
    BENCH_IDEMPOTENCY: task.store,
    // Partitions are not read at one pace: what is 50,000 apart as sent is farther apart as read.
    IDEMPOTENCY_CACHE_SIZE: '200000',
    ...task.servers,
  };
}

function settingsOf(task, kafka) {
  return {
    concurrency: task.concurrency,
    ...FETCH,
    sessionTimeout: kafka.sessionTimeoutMs,
    commitInterval: kafka.commitIntervalMs,
    maxBufferedRecords: kafka.maxBufferedRecords,
    maxBufferedBytes: kafka.maxBufferedBytes,
    attempts: task.attempts,
    backoff: `${task.backoffMs} ms`,
    store: task.store,
  };
}
