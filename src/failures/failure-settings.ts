import { Injectable } from '@nestjs/common';
import { Settings } from '../config/index.js';
import { consumerGroupOf } from '../kafka/index.js';
import type { HandlerDescription } from '../record/index.js';
import type { RetryPolicy } from './decision.policy.js';

const DEFAULT_RETRY: RetryPolicy = { maxRetries: 3, initialMs: 500, multiplier: 2, maxMs: 30_000 };

/** A handler's failure policies: what the environment says over what its decorators say over the defaults. */
@Injectable()
export class FailureSettings {
  constructor(private readonly settings: Settings) {}

  retryOf({ consumer }: HandlerDescription): RetryPolicy {
    const set = this.settings.consumers.get(consumer);
    return {
      maxRetries: set?.maxRetries ?? DEFAULT_RETRY.maxRetries,
      initialMs: set?.retryBackoffMs ?? DEFAULT_RETRY.initialMs,
      multiplier: set?.retryBackoffMultiplier ?? DEFAULT_RETRY.multiplier,
      maxMs: set?.retryMaxBackoffMs ?? DEFAULT_RETRY.maxMs,
    };
  }

  deadLetterTopicOf({ consumer, controller, topic, groupId }: HandlerDescription): string {
    return (
      this.settings.consumers.get(consumer)?.deadLetterTopic ??
      consumerGroupOf(controller)?.deadLetterTopic ??
      `${topic}.${groupId}.dlq`
    );
  }
}
