import type { RedisServer } from '../../../stack/redis/index.mjs';
import type { KafkaBroker, PostgresServer } from '../../support/stack.js';
import type { TcpProxy } from '../../support/tcp-proxy.js';
import type { CalledService } from '../cluster/called-service.js';
import type { SmallDisk } from '../cluster/small-disk.js';
import type { KafkaAccess } from '../cluster/kafka-access.js';
import type { Interruption } from '../checker/history.js';
import type { Members } from './members.js';
import type { Operator } from './operator.js';

/** What a scenario runs in. */
export interface World {
  readonly brokers: readonly KafkaBroker[];
  readonly kafka: KafkaAccess;
  readonly postgres: PostgresServer | undefined;
  readonly redis: RedisServer | undefined;
  readonly members: Members;
  readonly topic: string;
  readonly group: string;
  readonly deadLetterTopic: string;
  /** Where dead letters are given back; nobody makes it before. */
  readonly redriveTopic: string;
  /** From the first level on. */
  readonly retryTopics: readonly string[];
  readonly deadLetterSettings: Readonly<Record<string, string>>;
  /** What members and harness reach the brokers through, where the scenario asks for it. */
  readonly proxy: TcpProxy | undefined;
  /** What the broker's data stand on, where the scenario asks for it. */
  readonly disk: SmallDisk | undefined;
  /** What handlers call, where the scenario asks for it. */
  readonly service: CalledService | undefined;
  /** The operator's command line, with the members' settings. */
  readonly operator: Operator;
  /** What steps measured, by name: reported with the scenario's own verdict. */
  readonly measured: Record<string, number>;
  /** Noted by whoever causes them. */
  readonly interruptions: Interruption[];
  readonly signal: AbortSignal;
}

/** Milliseconds of the clock that the effect logs use. */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** What has to be added to a wall-clock time to get the monotonic one. */
export function wallToMonotonic(): number {
  return monotonicNow() - (performance.timeOrigin + performance.now());
}
