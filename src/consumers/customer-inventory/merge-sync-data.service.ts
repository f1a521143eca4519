import { Injectable, Logger } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { Settings } from '../../config/index.js';
import { HttpDependencies } from '../../connections/http/index.js';
import { DUPLICATE, HandlerTimeoutError, type Delivery, type Outcome } from '../../record/index.js';
import { ANALYTICS_API, AnalyticsApi } from './analytics/index.js';
import { customerInventoryConsumer, GROUP_ID } from './customer-inventory.config.js';
import type { MergeMessage } from './domain/index.js';
import { AcceptedVersions, MergeBuffer, Tenure } from './flushing/index.js';
import { mergeSettings } from './merge-settings.js';

const CONSUMER = customerInventoryConsumer.name;
const DEFAULT_TTL_MS = 3_600_000;
const PACKAGE = new URL('../../../package.json', import.meta.url);

/** Brings messages of both topics to the analytics API, merged into one event for many. */
@Injectable()
export class MergeSyncData {
  readonly buffer: MergeBuffer;
  private readonly logger = new Logger(CONSUMER);

  constructor(
    settings: Settings,
    api: AnalyticsApi,
    tenure: Tenure,
    dependencies: HttpDependencies,
  ) {
    const { cacheSize: size, ttlMs = DEFAULT_TTL_MS } = settings.idempotency;
    const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
    const groupId = settings.consumers.get(CONSUMER)?.groupId ?? GROUP_ID;
    const now = (): number => performance.now();
    this.buffer = new MergeBuffer({
      api,
      accepted: new AcceptedVersions(tenure, { size, ttlMs, now }),
      sender: { groupId, source: 'millrace', version },
      limits: mergeSettings(settings).flush,
      watcher: {
        accepted: ({ carried, repeats, superseded }, { eventId, customers, products }) =>
          this.logger.log('analytics event accepted', {
            eventId,
            customers,
            products,
            messages: carried.length + repeats.length,
            superseded,
          }),
        refused: (status, messages) =>
          this.logger.warn('analytics event refused', { status, messages }),
      },
      now,
    });
    dependencies.register(ANALYTICS_API, { consumer: CONSUMER, ping: () => this.ping() });
  }

  /** Resolves when the message's content is at the API, or was before. */
  async execute(message: MergeMessage, delivery: Delivery): Promise<Outcome | undefined> {
    if (message.entities.length === 0) return undefined;
    const bytes = delivery.record.value?.length ?? 0;
    const isLost = (): boolean => wasLost(delivery.signal);
    const settled = await this.buffer.add({ ...message, bytes, isLost });
    return settled === 'repeat' ? DUPLICATE : undefined;
  }

  flush(): Promise<void> {
    return this.buffer.flush();
  }

  private async ping(): Promise<void> {
    const { unavailable } = this.buffer;
    if (unavailable !== undefined) throw unavailable;
  }
}

/** A deadline that has passed leaves the record where it is. */
function wasLost({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof HandlerTimeoutError);
}
