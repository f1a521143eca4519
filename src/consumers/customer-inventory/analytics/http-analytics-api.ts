import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Settings } from '../../../config/index.js';
import { HttpClient, type HttpResult } from '../../../connections/http/index.js';
import type { AnalyticsEvent } from '../domain/index.js';
import { mergeSettings } from '../merge-settings.js';
import { AnalyticsApi, type PostOptions, type Verdict } from './analytics-api.port.js';
import { meaningOf, type Meaning } from './answer.policy.js';
import { nextAttempt, type AttemptLimits } from './attempt-plan.policy.js';

const PATH = '/api/analytics/data';

/** How requests ended: `failed` by an answer that is to be otherwise later, `unanswered` without one. */
export type RequestCounts = Record<'accepted' | 'refused' | 'failed' | 'unanswered', number>;

/** The API over HTTP. All tries of an event carry its key, which is the same one in whatever process. */
@Injectable()
export class HttpAnalyticsApi extends AnalyticsApi implements OnApplicationShutdown {
  readonly requests: RequestCounts = { accepted: 0, refused: 0, failed: 0, unanswered: 0 };
  private readonly logger = new Logger('customer-inventory');
  private readonly client: HttpClient;
  private readonly limits: AttemptLimits;

  constructor(settings: Settings) {
    super();
    const { baseUrl, timeoutMs, authorization, attempts } = mergeSettings(settings);
    this.limits = attempts;
    const headers = {
      'content-type': 'application/json',
      ...(authorization && { authorization: authorization.reveal() }),
    };
    this.client = new HttpClient({ baseUrl, timeoutMs, headers });
  }

  onApplicationShutdown(): void {
    this.client.close();
  }

  async post(event: AnalyticsEvent, options: PostOptions): Promise<Verdict> {
    let { mayBeApplied } = options;
    for (let attempt = 1; ; attempt += 1) {
      const result = await this.client.post({
        path: PATH,
        headers: { 'idempotency-key': event.idempotencyKey },
        body: event.body,
      });
      const meaning = meaningIn(result, mayBeApplied);
      this.count(result, meaning);
      if (meaning === 'accepted') return { kind: 'accepted' };
      if (meaning === 'refused') return { kind: 'refused', status: statusOf(result) };
      const detail = detailOf(result);
      const maxRetries = meaning === 'wait' ? 0 : (options.maxRetries ?? this.limits.maxRetries);
      const askedMs = result.kind === 'answer' ? result.retryAfterMs : undefined;
      const next = nextAttempt({ attempt, askedMs }, { ...this.limits, maxRetries });
      if (next.kind === 'give-up')
        return { kind: 'unavailable', detail, notBeforeMs: next.notBeforeMs };
      mayBeApplied ||= result.kind === 'answer' || result.mayHaveArrived;
      const { delayMs } = next;
      const { eventId } = event;
      this.logger.warn('an analytics event is tried again', { eventId, attempt, delayMs, detail });
      await sleep(delayMs);
    }
  }

  private count(result: HttpResult, meaning: Meaning): void {
    if (result.kind === 'no-answer') this.requests.unanswered += 1;
    else if (meaning === 'accepted' || meaning === 'refused') this.requests[meaning] += 1;
    else this.requests.failed += 1;
  }
}

function meaningIn(result: HttpResult, mayBeApplied: boolean): Meaning {
  return result.kind === 'answer' ? meaningOf(result.status, { mayBeApplied }) : 'again';
}

/** 0 for none. */
function statusOf(result: HttpResult): number {
  return result.kind === 'answer' ? result.status : 0;
}

function detailOf(result: HttpResult): string {
  return result.kind === 'answer' ? `it answers ${result.status}` : result.detail;
}
