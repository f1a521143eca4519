import { dirname, join } from 'node:path';
import { RedisServer } from '../../../stack/redis/index.mjs';
import { PostgresServer } from '../../support/stack.js';
import { CalledService } from '../cluster/called-service.js';
import { Brokers, type RunningBrokers, type WantedBrokers } from '../cluster/brokers.js';
import type { Scenario } from '../scenarios/scenario.js';
import { runScenario, type RunOptions, type ScenarioResult } from './run-scenario.js';
import { copyService } from './service-copy.js';

type Settings = Pick<RunOptions, 'length' | 'seed'> &
  Partial<Pick<RunOptions, 'main' | 'plant' | 'settleTimeoutMs' | 'tell'>>;

/** The folder of a run, with the service's copy, and the servers that its scenarios share. */
export class Workspace {
  readonly main: string;
  private readonly brokers: Brokers;
  private postgres: PostgresServer | undefined;
  private redis: RedisServer | undefined;
  private started = 0;

  constructor(
    readonly folder: string,
    readonly signal: AbortSignal,
    readonly tell: (line: string) => void,
  ) {
    this.main = copyService(join(folder, 'copy'));
    this.brokers = new Brokers(folder, tell, signal);
  }

  async run(scenario: Scenario, settings: Settings): Promise<ScenarioResult> {
    this.signal.throwIfAborted();
    (settings.tell ?? this.tell)(`${scenario.id} ${scenario.title}`);
    const { folder, main, signal, tell } = this;
    const postgres = scenario.store === 'postgres' ? await this.database() : undefined;
    const redis = scenario.redis === true ? await this.cache() : undefined;
    const running: RunningBrokers = await this.brokers.provide(scenario);
    const service = scenario.callsService === true ? await new CalledService().start() : undefined;
    try {
      return await runScenario(scenario, {
        ...{ folder, main, signal, tell, postgres, redis, service, plant: undefined },
        ...running,
        ...settings,
      });
    } finally {
      await service?.stop();
    }
  }

  /** For runs that are no scenarios. They stay until others are wanted. */
  provideBrokers(wanted: WantedBrokers): Promise<RunningBrokers> {
    return this.brokers.provide(wanted);
  }

  /** The entry of a program that is put in the service's place. */
  control(file: string): string {
    return join(dirname(this.main), 'controls', file);
  }

  async close(): Promise<void> {
    await this.discardServers();
  }

  /** The next scenario gets servers of its own. */
  async discardServers(): Promise<void> {
    await Promise.all([this.brokers.stop(), this.postgres?.stop(), this.redis?.stop()]);
    this.postgres = undefined;
    this.redis = undefined;
  }

  private async database(): Promise<PostgresServer> {
    if (this.postgres !== undefined) return this.postgres;
    const folder = join(this.folder, `postgres-${(this.started += 1)}`);
    this.postgres = await new PostgresServer({ folder, durable: false }).start();
    return this.postgres;
  }

  /** Nothing that it has acknowledged is lost by a crash of it. */
  private async cache(): Promise<RedisServer> {
    if (this.redis !== undefined) return this.redis;
    const folder = join(this.folder, `redis-${(this.started += 1)}`);
    this.redis = await new RedisServer({ folder, settings: { appendfsync: 'always' } }).start();
    return this.redis;
  }
}
