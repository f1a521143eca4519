import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { ConsumerGroups, LagMonitor } from '../kafka/index.js';

/** How far each consumer is behind, in records, by the background's last reading. Lag alone is never a fault. */
@Injectable()
export class LagHealth {
  constructor(
    private readonly groups: ConsumerGroups,
    private readonly lag: LagMonitor,
    private readonly indicators: HealthIndicatorService,
  ) {}

  checks(): HealthIndicatorResult[] {
    return this.groups.statuses().map(({ consumer }) => {
      const indicator = this.indicators.check(`lag.${consumer}`);
      const report = this.lag.of(consumer);
      const error = this.lag.lastError;
      if (report === undefined) return indicator.degraded({ message: error ?? 'not read yet' });
      const { records, partitions, readAt } = report;
      const details = { records, partitions, readAt: new Date(readAt).toISOString() };
      return error === undefined
        ? indicator.up(details)
        : indicator.degraded({ ...details, message: error });
    });
  }
}
