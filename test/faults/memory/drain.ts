import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServiceProcess } from '../../support/service-process.js';
import type { KafkaAccess } from '../cluster/kafka-access.js';
import { publishBacklog } from './backlog.js';
import { judge, type Drained, type MemoryResult } from './judgement.js';
import type { Workload } from './workload.js';

const MAIN = fileURLToPath(new URL('../../fixtures/attempt-log/main.mjs', import.meta.url));
/** Larger than a record of 20 MB, and than the bomb of snappy, which is 28 MB packed. */
const TOPIC_SETTINGS = { 'max.message.bytes': '40000000' };
const READY_TIMEOUT_MS = 120_000;
const DRAIN_TIMEOUT_MS = 600_000;

interface Surroundings {
  readonly kafka: KafkaAccess;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Fills a topic, starts a process of the service that has nothing else to do, and measures it until all is committed. */
export async function drain(workload: Workload, around: Surroundings): Promise<MemoryResult> {
  const { kafka, signal } = around;
  const { backlog, partitions } = workload;
  const topic = `memory-${randomBytes(4).toString('hex')}`;
  const group = `${topic}-group`;
  const deadLetters = `${topic}.${group}.dlq`;
  await kafka.createTopic(topic, partitions, TOPIC_SETTINGS);
  await kafka.createTopic(deadLetters, 1, TOPIC_SETTINGS);
  try {
    const expected = await publishBacklog(backlog, { kafka, topic, partitions, signal });
    const measured = await measure(workload, { ...around, topic, group });
    const [end] = await kafka.ends(deadLetters);
    return judge(workload, { ...measured, deadLetters: end!.high }, expected);
  } finally {
    await kafka.deleteTopics([topic, deadLetters]);
  }
}

async function measure(
  { workMs, nodeOptions }: Workload,
  { kafka, topic, group, folder, signal }: Surroundings & { topic: string; group: string },
): Promise<Omit<Drained, 'deadLetters'>> {
  const attemptLog = join(folder, `${topic}.log`);
  const startedAt = performance.now();
  const service = await ServiceProcess.listening(
    {
      KAFKA_BROKERS: kafka.address,
      LOG_LEVEL: 'error',
      ...(nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions }),
      ATTEMPT_LOG: attemptLog,
      LOGGED_TOPICS: topic,
      LOGGED_GROUP: group,
      WORK_MS: String(workMs),
    },
    MAIN,
  );
  try {
    const ended = service.exit().then((exit) => {
      throw new Error(`the service ended with ${exit}:\n${service.output.slice(-2_000)}`);
    });
    await Promise.race([service.answers('/readyz', 200, READY_TIMEOUT_MS), ended]);
    const readyAfterMs = performance.now() - startedAt;
    await Promise.race([untilCommitted(kafka, { topic, group, signal }), ended]);
    const drainedAfterMs = performance.now() - startedAt;
    const { peakMemoryBytes: peakBytes } = service;
    return { peakBytes, readyAfterMs, drainedAfterMs, ended: endedIds(attemptLog) };
  } finally {
    await service.end();
  }
}

async function untilCommitted(
  kafka: KafkaAccess,
  { topic, group, signal }: { topic: string; group: string; signal: AbortSignal },
): Promise<void> {
  const deadline = performance.now() + DRAIN_TIMEOUT_MS;
  for (;;) {
    const lag = await kafka.lag(group, topic);
    if (lag === 0) return;
    if (performance.now() > deadline) throw new Error(`${lag} records stayed behind`);
    await sleep(250, undefined, { signal });
  }
}

function endedIds(attemptLog: string): string[] {
  const lines = readFileSync(attemptLog, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('end ')).map((line) => line.slice('end '.length));
}
