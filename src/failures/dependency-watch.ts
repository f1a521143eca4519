import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { POSTGRES, PostgresConnections } from '../connections/postgres/index.js';
import { ConsumerGroups } from '../kafka/index.js';

const PROBE_MS = 2_000;

const NOT_ASKED = { dependency: POSTGRES, isUp: false, detail: 'not asked yet' };

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

/**
 * Asks the stores of this process every 2 s whether they answer, and wakes what waits for one that does. Health reads
 * its last answers, so that a probe never opens a connection.
 */
@Injectable()
export class DependencyWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(DependencyWatch.name);
  private readonly startedAt = Date.now();
  private known: DependencyStatus | undefined;
  private timer: NodeJS.Timeout | undefined;
  private probing: Promise<void> | undefined;

  constructor(
    private readonly postgres: PostgresConnections,
    private readonly groups: ConsumerGroups,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.probe(), PROBE_MS);
    this.probe();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.probing;
  }

  /** Every store that some consumer uses; one that was not probed yet counts as not answering. */
  statuses(): DependencyStatus[] {
    const consumers = this.postgres.pings().map(({ consumer }) => consumer);
    if (consumers.length === 0) return [];
    return [this.known ?? { ...NOT_ASKED, consumers, since: this.startedAt }];
  }

  private probe(): void {
    this.probing ??= this.probePostgres().finally(() => (this.probing = undefined));
  }

  private async probePostgres(): Promise<void> {
    const pings = this.postgres.pings();
    const [first] = pings;
    if (first === undefined) return;
    const consumers = pings.map(({ consumer }) => consumer);
    const detail = await first.ping().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    this.remember({ dependency: POSTGRES, isUp: detail === undefined, detail, consumers });
    if (detail === undefined)
      for (const consumer of consumers) this.groups.wake(consumer, POSTGRES);
  }

  private remember(status: Omit<DependencyStatus, 'since'>): void {
    const hasChanged = this.known?.isUp !== status.isUp;
    this.known = { ...status, since: hasChanged ? Date.now() : this.known!.since };
    if (!hasChanged) return;
    const { dependency, isUp, detail } = status;
    if (isUp) this.logger.log('dependency answers', { dependency });
    else this.logger.warn('dependency does not answer', { dependency, detail });
  }
}
