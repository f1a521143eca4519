import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Settings } from '../config/index.js';
import { LagMonitor, TopicGuard, TopicPlanner } from './admin/index.js';
import { AdminClient } from './client/index.js';
import { HeadBlockedGrace } from './consumer/deadlines/index.js';
import { ConsumerGroups } from './consumer-groups.js';
import {
  BufferFlushes,
  CONSUMER_OF_CONTROLLER,
  HandlerCalls,
  HandlerDiscovery,
  HandlerRegistry,
  RethrowFilter,
  type ControllerClass,
} from './handlers/index.js';
import { GroupPlanner } from './group-planner.js';
import { KafkaStrategy } from './kafka.strategy.js';
import { RecordPublisher } from './producer/record-publisher.js';
import { RecordProcessor } from './record-processor.js';
import { RecordValues } from './record-values.js';
import { StartGate } from './start-gate.js';

/** What everything that publishes needs. Global. */
@Module({})
export class PublishingModule {
  static forRoot(): DynamicModule {
    return {
      module: PublishingModule,
      global: true,
      providers: [RecordPublisher],
      exports: [RecordPublisher],
    };
  }
}

export interface KafkaModuleOptions {
  /** The modules that provide the ports of `kafka/ports`. */
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  /** Provides each port. */
  readonly ports: NonNullable<ModuleMetadata['providers']>;
  readonly consumerOfController: ReadonlyMap<ControllerClass, string>;
}

/** The transport. Global, because health and commands look at its groups. */
@Module({})
export class KafkaModule {
  static forRoot({ imports, ports, consumerOfController }: KafkaModuleOptions): DynamicModule {
    return {
      module: KafkaModule,
      global: true,
      imports,
      providers: [
        ...ports,
        { provide: CONSUMER_OF_CONTROLLER, useValue: consumerOfController },
        { provide: APP_FILTER, useClass: RethrowFilter },
        {
          provide: AdminClient,
          inject: [Settings],
          useFactory: (settings: Settings) => new AdminClient(settings.kafka),
        },
        BufferFlushes,
        ConsumerGroups,
        GroupPlanner,
        HandlerCalls,
        HandlerDiscovery,
        HandlerRegistry,
        HeadBlockedGrace,
        KafkaStrategy,
        LagMonitor,
        RecordProcessor,
        RecordValues,
        StartGate,
        TopicGuard,
        TopicPlanner,
      ],
      exports: [
        AdminClient,
        ConsumerGroups,
        HandlerDiscovery,
        KafkaStrategy,
        LagMonitor,
        TopicPlanner,
      ],
    };
  }
}
