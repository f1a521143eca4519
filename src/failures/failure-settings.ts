import { Injectable } from '@nestjs/common';
import { DEFAULT_REDRIVE_LIMIT, Settings } from '../config/index.js';
import { consumerGroupOf } from '../kafka/index.js';
import type { HandlerDescription } from '../record/index.js';
import type { ClassificationRules } from './classification.js';
import type { RetryPolicy } from './decision.policy.js';
import { retryOptionsOf } from './retry.decorator.js';

const DEFAULT_RETRY: RetryPolicy = { maxRetries: 3, initialMs: 500, multiplier: 2, maxMs: 30_000 };
const DEFAULT_BREAKER = 5;

/** A handler's failure policies: what the environment says over what its decorators say over the defaults. */
@Injectable()
export class FailureSettings {
  constructor(private readonly settings: Settings) {}

  retryOf(handler: HandlerDescription): RetryPolicy {
    const set = this.settings.consumers.get(handler.consumer);
    const { maxRetries, backoff, deadlineMs } = retryOptionsOf(handler);
    const deadline = set?.retryDeadlineMs ?? deadlineMs;
    return {
      maxRetries: set?.maxRetries ?? maxRetries ?? DEFAULT_RETRY.maxRetries,
      initialMs: set?.retryBackoffMs ?? backoff?.initialMs ?? DEFAULT_RETRY.initialMs,
      multiplier: set?.retryBackoffMultiplier ?? backoff?.multiplier ?? DEFAULT_RETRY.multiplier,
      maxMs: set?.retryMaxBackoffMs ?? backoff?.maxMs ?? DEFAULT_RETRY.maxMs,
      ...(deadline === undefined ? {} : { deadlineMs: deadline }),
    };
  }

  rulesOf(handler: HandlerDescription): ClassificationRules {
    return retryOptionsOf(handler);
  }

  /** Consecutive exhausted failures that open a handler's breaker; 0 is off. */
  breakerOf({ consumer }: HandlerDescription): number {
    return this.settings.consumers.get(consumer)?.breaker ?? DEFAULT_BREAKER;
  }

  /** The delays of its retry topics, from the first on; none where there are none. */
  retryDelaysOf({ consumer }: HandlerDescription): readonly number[] {
    return this.settings.consumers.get(consumer)?.retryTopicDelaysMs ?? [];
  }

  retryOrderOf({ consumer }: HandlerDescription): 'block' | 'skip' {
    return this.settings.consumers.get(consumer)?.retryOrder ?? 'block';
  }

  redriveLimitOf({ consumer }: HandlerDescription): number {
    return this.settings.consumers.get(consumer)?.redriveLimit ?? DEFAULT_REDRIVE_LIMIT;
  }

  deadLetterTopicOf({ consumer, controller, topic, groupId }: HandlerDescription): string {
    return (
      this.settings.consumers.get(consumer)?.deadLetterTopic ??
      consumerGroupOf(controller)?.deadLetterTopic ??
      `${topic}.${groupId}.dlq`
    );
  }
}
