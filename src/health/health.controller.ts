import { Controller, Get, Header, HttpCode, Query, Res } from '@nestjs/common';
import {
  HealthCheckService,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { ConsumerHealth } from './consumer.health.js';
import { LagHealth } from './lag.health.js';
import { StoreHealth } from './store.health.js';

interface Answer {
  status(code: number): unknown;
}

/** The three probes. Each answers from memory: none asks the broker or a store. */
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly consumers: ConsumerHealth,
    private readonly lag: LagHealth,
    private readonly stores: StoreHealth,
  ) {}

  /** 503 only when a new process would help. Never for lag, a bad record, or a broker or store that is down. */
  @Get('livez')
  @Header('Cache-Control', 'no-store')
  live(): Promise<HealthCheckResult> {
    return this.check(this.consumers.liveness());
  }

  /** 200 when every consumer has joined its group and everything that it needs answers. */
  @Get('readyz')
  @Header('Cache-Control', 'no-store')
  @HttpCode(200)
  async ready(
    @Query('verbose') verbose: string | undefined,
    @Res({ passthrough: true }) answer: Answer,
  ): Promise<object> {
    const checks = [...this.consumers.checks(), ...this.stores.checks()].flatMap((result) =>
      Object.entries(result),
    );
    const failing = checks.filter(([, { status }]) => status === 'down').map(([name]) => name);
    const isReady = failing.length === 0 && checks.length > 0;
    answer.status(isReady ? 200 : 503);
    return {
      status: isReady ? 'ready' : 'not ready',
      failing,
      ...(verbose === undefined ? {} : { checks: Object.fromEntries(checks) }),
    };
  }

  /** The full report. */
  @Get('health')
  @Header('Cache-Control', 'no-store')
  report(): Promise<HealthCheckResult> {
    return this.check([...this.consumers.checks(), ...this.lag.checks(), ...this.stores.checks()]);
  }

  private check(results: readonly HealthIndicatorResult[]): Promise<HealthCheckResult> {
    return this.health.check(results.map((result) => () => result));
  }
}
