import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { DependencyWatch } from '../failures/index.js';

/** One entry for each store that a consumer uses, by the background's last probe. */
@Injectable()
export class StoreHealth {
  constructor(
    private readonly watch: DependencyWatch,
    private readonly indicators: HealthIndicatorService,
  ) {}

  checks(): HealthIndicatorResult[] {
    return this.watch.statuses().map(({ dependency, isUp, since, detail, consumers }) => {
      const indicator = this.indicators.check(dependency);
      const details = { since: new Date(since).toISOString(), consumers };
      return isUp ? indicator.up(details) : indicator.down({ ...details, message: detail });
    });
  }
}
