import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { describeError, stackFrames } from './describe-error.js';
import { LOGGER } from './logger.js';

const BURST_MS = 10_000;

/** The part of `process` that is listened to. */
export interface RejectionSource {
  on(event: 'unhandledRejection', listener: (reason: unknown) => void): unknown;
  off(event: 'unhandledRejection', listener: (reason: unknown) => void): unknown;
}

/**
 * Keeps the process alive when something rejects and nobody waits for it, such as work that a handler started and did
 * not await: nothing of the transport is in doubt then, and ending would only repeat every record in flight. The first
 * of a burst is logged as an error, the others with their number at its end. An exception that nobody catches still
 * ends the process, because what it interrupted is in doubt.
 */
@Injectable()
export class StrayRejections implements OnModuleInit, OnModuleDestroy {
  source: RejectionSource = process;
  private total = 0;
  private unsaid = 0;
  private burst: NodeJS.Timeout | undefined;

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  /** Since the start of the process. */
  get count(): number {
    return this.total;
  }

  onModuleInit(): void {
    this.source.on('unhandledRejection', this.take);
  }

  onModuleDestroy(): void {
    this.source.off('unhandledRejection', this.take);
    clearTimeout(this.burst);
    this.endBurst();
  }

  private readonly take = (reason: unknown): void => {
    this.total += 1;
    if (this.burst !== undefined) {
      this.unsaid += 1;
      return;
    }
    this.burst = setTimeout(() => this.endBurst(), BURST_MS);
    this.burst.unref();
    this.logger.error(
      { event: 'unhandled-rejection', ...describeError(reason), frames: stackFrames(reason) },
      'a rejection that nobody waits for',
    );
  };

  private endBurst(): void {
    this.burst = undefined;
    if (this.unsaid === 0) return;
    const more = this.unsaid;
    this.unsaid = 0;
    this.logger.error(
      { event: 'unhandled-rejection', more, total: this.total },
      'more rejections that nobody waits for',
    );
  }
}
