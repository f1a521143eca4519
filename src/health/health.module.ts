import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DependencyWatchModule } from '../failures/index.js';
import { ConsumerHealth } from './consumer.health.js';
import { HealthController } from './health.controller.js';
import { LagHealth } from './lag.health.js';
import { StoreHealth } from './store.health.js';

@Module({
  // A failing probe is its own message; a log line for each of them would drown the rest.
  imports: [TerminusModule.forRoot({ logger: false }), DependencyWatchModule],
  controllers: [HealthController],
  providers: [ConsumerHealth, LagHealth, StoreHealth],
})
export class HealthModule {}
