import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HttpDependencies } from '../connections/http/index.js';
import { OBJECT_STORAGE, ObjectStores } from '../connections/object-storage/index.js';
import { POSTGRES, PostgresConnections } from '../connections/postgres/index.js';
import { REDIS, RedisConnections } from '../connections/redis/index.js';
import { ConsumerGroups } from '../kafka/index.js';

const PROBE_MS = 2_000;

const NOT_ASKED = { isUp: false, detail: 'not asked yet' };

/** Whether a store answers, as of the last probe. */
export interface DependencyStatus {
  readonly dependency: string;
  readonly isUp: boolean;
  /** Epoch ms of the last change. */
  readonly since: number;
  /** Why it does not answer, in words without secrets. */
  readonly detail: string | undefined;
  readonly consumers: readonly string[];
}

/** A store's consumers, each with the same question to it. */
interface WatchedStore {
  readonly dependency: string;
  pings(): readonly { readonly consumer: string; ping(): Promise<void> }[];
}

/**
 * Asks the stores of this process every 2 s whether they answer, and wakes what waits for one that does. Health reads
 * its last answers, so that a probe never opens a connection.
 */
@Injectable()
export class DependencyWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(DependencyWatch.name);
  private readonly startedAt = Date.now();
  private readonly fixed: readonly WatchedStore[];
  private readonly known = new Map<string, DependencyStatus>();
  private readonly probing = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    postgres: PostgresConnections,
    redis: RedisConnections,
    storages: ObjectStores,
    private readonly servers: HttpDependencies,
    private readonly groups: ConsumerGroups,
  ) {
    this.fixed = [
      { dependency: POSTGRES, pings: () => postgres.pings() },
      { dependency: REDIS, pings: () => redis.pings() },
      { dependency: OBJECT_STORAGE, pings: () => storages.pings() },
    ];
  }

  private get stores(): readonly WatchedStore[] {
    return [...this.fixed, ...this.servers.all()];
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.probeAll(), PROBE_MS);
    this.probeAll();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.probing.values());
  }

  /** Every store that some consumer uses; one that was not probed yet counts as not answering. */
  statuses(): DependencyStatus[] {
    return this.stores.flatMap((store) => {
      const { dependency } = store;
      const consumers = store.pings().map(({ consumer }) => consumer);
      if (consumers.length === 0) return [];
      const unknown = { ...NOT_ASKED, dependency, consumers, since: this.startedAt };
      return [this.known.get(dependency) ?? unknown];
    });
  }

  /** One question to a store at a time, and none waits for another store's answer. */
  private probeAll(): void {
    for (const store of this.stores) {
      const { dependency } = store;
      if (this.probing.has(dependency)) continue;
      const asking = this.probe(store).finally(() => this.probing.delete(dependency));
      this.probing.set(dependency, asking);
    }
  }

  private async probe(store: WatchedStore): Promise<void> {
    const { dependency } = store;
    const asked = store.pings();
    const [first] = asked;
    if (first === undefined) return;
    const consumers = asked.map(({ consumer }) => consumer);
    const detail = await first.ping().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    this.remember({ dependency, isUp: detail === undefined, detail, consumers });
    if (detail === undefined)
      for (const consumer of consumers) this.groups.wake(consumer, dependency);
  }

  private remember(status: Omit<DependencyStatus, 'since'>): void {
    const { dependency, isUp, detail } = status;
    const before = this.known.get(dependency);
    const hasChanged = before?.isUp !== isUp;
    this.known.set(dependency, { ...status, since: hasChanged ? Date.now() : before.since });
    if (!hasChanged) return;
    if (isUp) this.logger.log('dependency answers', { dependency });
    else this.logger.warn('dependency does not answer', { dependency, detail });
  }
}
