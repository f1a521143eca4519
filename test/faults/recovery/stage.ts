import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KafkaBroker } from '../../support/stack.js';
import type { TcpProxy } from '../../support/tcp-proxy.js';
import { KafkaAccess } from '../cluster/kafka-access.js';
import { SeededRandom } from '../driver/random.js';
import { TrafficSource } from '../driver/traffic.js';
import { Members } from '../running/members.js';
import type { Workspace } from '../running/workspace.js';
import { readEffects, type Effect } from './effects.js';

export const PARTITIONS = 6;
/** The service's own default, said aloud because a target is made of it. */
export const SESSION_TIMEOUT_MS = 30_000;

export interface StageOptions {
  readonly workspace: Workspace;
  readonly seed: number;
  readonly members: number;
  readonly proxied?: true;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A topic, ready members of one group, and what can be done to them. */
export interface Stage {
  readonly kafka: KafkaAccess;
  readonly broker: KafkaBroker;
  readonly proxy: TcpProxy | undefined;
  readonly members: Members;
  readonly topic: string;
  readonly group: string;
  /** What all members have done so far. */
  effects(): Effect[];
  /** Runs `act` under a steady stream of records. */
  underTraffic<T>(recordsPerSecond: number, act: () => Promise<T>): Promise<T>;
}

/** Sets it up, runs `act`, and ends everything but the brokers. The members have the default settings. */
export async function onStage<T>(
  options: StageOptions,
  act: (stage: Stage) => Promise<T>,
): Promise<T> {
  const { workspace, proxied } = options;
  const wanted = { brokers: 1, ...(proxied && { proxied }) } as const;
  const { brokers, proxy, ownAddress } = await workspace.provideBrokers(wanted);
  const [broker] = brokers as [KafkaBroker];
  const kafka = await new KafkaAccess(ownAddress ?? broker.address).connect();
  const stage = await setUp(options, { kafka, broker, proxy });
  const { members, topic, group } = stage;
  try {
    await Promise.all(Array.from({ length: options.members }, (_, place) => members.start(place)));
    return await act(stage);
  } finally {
    await members.endAll();
    await kafka.deleteTopics([topic, `${topic}.${group}.dlq`]);
    await kafka.close();
  }
}

async function setUp(
  { workspace, seed, environment }: StageOptions,
  cluster: Pick<Stage, 'kafka' | 'broker' | 'proxy'>,
): Promise<Stage> {
  const { kafka, broker, proxy } = cluster;
  const topic = `recovery-${randomBytes(4).toString('hex')}`;
  const group = `${topic}-group`;
  await kafka.createTopic(topic, PARTITIONS);
  await kafka.createTopic(`${topic}.${group}.dlq`, PARTITIONS);
  const folder = join(workspace.folder, topic);
  mkdirSync(folder);
  const members = new Members({
    main: workspace.main,
    folder,
    interruptions: [],
    environment: {
      LOG_LEVEL: 'info',
      CONSUMERS: 'effects',
      KAFKA_BROKERS: proxy?.address ?? broker.address,
      KAFKA_SESSION_TIMEOUT: `${SESSION_TIMEOUT_MS}ms`,
      EFFECTS_TOPIC: topic,
      EFFECTS_GROUP_ID: group,
      ...environment,
    },
  });
  return {
    ...{ ...cluster, members, topic, group },
    effects: () => members.all.flatMap(({ effectLog }) => readEffects(effectLog)),
    underTraffic: async (recordsPerSecond, act) => {
      const traffic = { recordsPerSecond, keys: 100_000, kinds: { ok: 1 } };
      const source = new TrafficSource(kafka, topic, traffic, new SeededRandom(seed));
      const acted = act();
      const [result] = await Promise.all([acted, source.run(workspace.signal, acted)]);
      return result;
    },
  };
}
