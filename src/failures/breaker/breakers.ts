import { Injectable } from '@nestjs/common';
import { StartBrakes } from '../../kafka/index.js';
import { RecordObserver } from '../../observability/index.js';
import type { HandlerDescription } from '../../record/index.js';
import { FailureSettings } from '../failure-settings.js';
import { Breaker } from './breaker.js';

/** The breakers of the process, one for each handler of each group. */
@Injectable()
export class Breakers extends StartBrakes {
  private readonly breakers = new Map<string, Breaker>();

  constructor(
    private readonly settings: FailureSettings,
    private readonly observer: RecordObserver,
  ) {
    super();
  }

  /** Undefined where the breaker is off. */
  of(handler: HandlerDescription): Breaker | undefined {
    const name = JSON.stringify([handler.groupId, handler.consumer, handler.handler]);
    const known = this.breakers.get(name);
    if (known !== undefined) return known;
    const threshold = this.settings.breakerOf(handler);
    if (threshold === 0) return undefined;
    const breaker = new Breaker(handler, threshold, this.observer);
    this.breakers.set(name, breaker);
    return breaker;
  }
}
