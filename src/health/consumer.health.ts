import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { ConsumerGroups, type ConsumerStatus } from '../kafka/index.js';

/** Why a consumer is not ready, in words, or undefined when it is. */
export function notReadyReason(status: ConsumerStatus): string | undefined {
  const { state, reason, isDisconnected, waitingFor } = status;
  if (state === 'waiting') return `waiting: ${reason}`;
  if (state !== 'running' && state !== 'rebalancing') return state;
  if (isDisconnected) return 'disconnected: the group coordinator does not answer';
  const [wait] = waitingFor;
  if (wait === undefined) return undefined;
  return `waiting-for-dependency: ${wait.dependency} (${wait.records} records, first ${wait.first}): ${wait.detail}`;
}

/** One entry for each consumer, from the running transport's own state. */
@Injectable()
export class ConsumerHealth {
  constructor(
    private readonly groups: ConsumerGroups,
    private readonly indicators: HealthIndicatorService,
  ) {}

  /** Up when its group is joined and nothing that it needs is missing; degraded when records block others or its breaker is open. */
  checks(): HealthIndicatorResult[] {
    return this.groups.statuses().map((status) => {
      const problem = notReadyReason(status);
      const indicator = this.indicators.check(`consumer.${status.consumer}`);
      if (problem !== undefined) return indicator.down({ ...status, problem });
      return status.blocked.length > 0 || status.breaker !== undefined
        ? indicator.degraded({ ...status })
        : indicator.up({ ...status });
    });
  }

  /** Down only for a consumer whose loop has ended and cannot start again. */
  liveness(): HealthIndicatorResult[] {
    return this.groups.statuses().map(({ consumer, isAlive, state }) => {
      const indicator = this.indicators.check(`consumer.${consumer}`);
      return isAlive ? indicator.up({ state }) : indicator.down({ state });
    });
  }
}
