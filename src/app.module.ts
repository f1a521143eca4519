import { Module, type DynamicModule } from '@nestjs/common';
import { SettingsModule, type Settings } from './config/index.js';
import { ObjectStoresModule } from './connections/object-storage/index.js';
import { PostgresConnectionsModule } from './connections/postgres/index.js';
import { RedisConnectionsModule } from './connections/redis/index.js';
import { ConsumerTopics } from './consumer-topics.js';
import { DeadLettersModule } from './dead-letters/index.js';
import type { DiscoveredConsumer } from './discover-consumers.js';
import { Breakers, FailureRouter, FailuresModule, GroupTopics } from './failures/index.js';
import { HealthModule } from './health/index.js';
import { IdempotencyModule } from './idempotency/index.js';
import {
  DeliveryPolicies,
  FailurePort,
  KafkaModule,
  OwnTopics,
  PublishingModule,
  RecordDecoder,
  RequiredTopics,
  StartBrakes,
  StartConditions,
} from './kafka/index.js';
import { MetricsModule } from './metrics/index.js';
import { ObservabilityModule, type createLogger } from './observability/index.js';
import { PolicyChain } from './policy-chain.js';
import { JsonRecordDecoder } from './serialization/index.js';
import { Shutdown } from './shutdown.js';
import { StoreConditions } from './store-conditions.js';
import { TransactionsModule } from './transactions/index.js';

export interface Composition {
  readonly consumers: readonly DiscoveredConsumer[];
  readonly settings: Settings;
  readonly logger: ReturnType<typeof createLogger>;
}

const STORES = [PostgresConnectionsModule, RedisConnectionsModule, ObjectStoresModule];

/** The composition root: the only place that names the modules and binds the transport's ports. */
@Module({})
export class AppModule {
  static with({ consumers, settings, logger }: Composition): DynamicModule {
    const enabled = consumers.filter(
      ({ declaration }) => settings.consumers.get(declaration.name)?.enabled === true,
    );
    return {
      module: AppModule,
      imports: [
        SettingsModule.forRoot(settings),
        ObservabilityModule.forRoot(settings, logger),
        PublishingModule.forRoot(),
        ...STORES,
        KafkaModule.forRoot({
          imports: [FailuresModule, IdempotencyModule, TransactionsModule, ...STORES],
          ports: [
            PolicyChain,
            { provide: DeliveryPolicies, useExisting: PolicyChain },
            { provide: FailurePort, useExisting: FailureRouter },
            { provide: OwnTopics, useExisting: GroupTopics },
            { provide: RecordDecoder, useClass: JsonRecordDecoder },
            { provide: RequiredTopics, useClass: ConsumerTopics },
            { provide: StartBrakes, useExisting: Breakers },
            { provide: StartConditions, useClass: StoreConditions },
          ],
          consumerOfController: new Map(
            enabled.flatMap(({ controllers, declaration }) =>
              controllers.map((controller) => [controller, declaration.name] as const),
            ),
          ),
        }),
        DeadLettersModule,
        HealthModule,
        MetricsModule,
        ...enabled.map(({ module }) => module),
      ],
      providers: [Shutdown],
    };
  }
}
