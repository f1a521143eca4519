import { Injectable } from '@nestjs/common';
import { TopicGuard } from './admin/index.js';
import type { BoundHandler } from './handlers/index.js';
import { StartConditions } from './ports/index.js';

/** Asks whether a group may start: its consumers' own conditions first, then its topics. */
@Injectable()
export class StartGate {
  constructor(
    private readonly conditions: StartConditions,
    private readonly topics: TopicGuard,
  ) {}

  /** What these handlers still lack, in words, or undefined when they may start. Rejects while no broker answers. */
  async unmet(handlers: readonly BoundHandler[]): Promise<string | undefined> {
    for (const consumer of new Set(handlers.map(({ description }) => description.consumer))) {
      const condition = await this.conditions.unmet(consumer);
      if (condition !== undefined) return condition;
    }
    const missing = await this.topics.missing(handlers);
    if (missing.length === 0) return (await this.topics.unfit(handlers))[0];
    return `missing topics: ${missing.join(', ')} (create them, or set KAFKA_AUTO_CREATE_TOPICS=true)`;
  }
}
