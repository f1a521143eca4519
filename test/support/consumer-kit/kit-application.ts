import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../../src/app.module.js';
import { consumerPrefix, loadSettings, type Settings } from '../../../src/config/index.js';
import type { DiscoveredConsumer } from '../../../src/discover-consumers.js';
import type { TopicPlan } from '../../../src/kafka/consumer/group-plan.js';
import { GroupPlanner } from '../../../src/kafka/group-planner.js';
import {
  ConsumerGroups,
  HandlerDiscovery,
  KafkaStrategy,
  RecordPublisher,
  StartConditions,
} from '../../../src/kafka/index.js';
import { createLogger } from '../../../src/observability/index.js';
import type { KeptPublications } from './kept-publications.js';

/** Something of the application, and what stands in for it. */
export interface Replacement {
  readonly provide: unknown;
  readonly useValue: unknown;
}

export interface ApplicationOptions {
  /** The keys that the consumer reads, as in production. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Providers of the consumer, or of Millrace, that others stand in for. */
  readonly replace?: readonly Replacement[];
  /** The application's own global filters, guards and interceptors. */
  readonly configure?: (application: INestApplication) => void;
}

/** No group is joined, so nothing is fetched and nothing committed. */
const NO_GROUPS: Pick<ConsumerGroups, keyof ConsumerGroups> = {
  start: () => undefined,
  stop: () => Promise.resolve(true),
  statuses: () => [],
  activities: () => [],
  wake: () => undefined,
};

/** The application of production around one consumer, but for its groups and its publisher. */
export async function startApplication(
  consumer: DiscoveredConsumer,
  publications: KeptPublications,
  options: ApplicationOptions,
): Promise<INestApplication> {
  const settings = settingsOf(consumer, options.environment ?? {});
  const logger = createLogger(settings.log);
  let building = Test.createTestingModule({
    imports: [AppModule.with({ consumers: [consumer], settings, logger })],
  })
    .overrideProvider(RecordPublisher)
    .useValue(publications)
    .overrideProvider(ConsumerGroups)
    .useValue(NO_GROUPS);
  for (const { provide, useValue } of options.replace ?? []) {
    building = building.overrideProvider(provide).useValue(useValue);
  }
  const module = await building.compile();
  const application = module.createNestApplication({ logger: false });
  options.configure?.(application);
  application.get(HandlerDiscovery).run();
  application.connectMicroservice(
    { strategy: application.get(KafkaStrategy) },
    { inheritAppConfig: true },
  );
  await application.init();
  await application.startAllMicroservices();
  await refuseUnmet(application, consumer.declaration.name);
  return application;
}

/** How the records of each topic are handled, as the groups would get it. */
export function topicPlansOf(application: INestApplication): ReadonlyMap<string, TopicPlan> {
  const groups = application.get(GroupPlanner, { strict: false }).plan();
  return new Map(groups.flatMap(({ plan }) => [...plan.topics]));
}

/** Records are judged one by one: five bad ones in a row are no outage, unless the spec says so. */
function settingsOf(
  { declaration }: DiscoveredConsumer,
  environment: Readonly<Record<string, string>>,
): Settings {
  const defaults = {
    KAFKA_BROKERS: 'no-broker.invalid:9092',
    LOG_LEVEL: 'silent',
    [`${consumerPrefix(declaration.name)}BREAKER`]: '0',
  };
  return loadSettings({ ...defaults, ...environment }, [declaration]).settings;
}

async function refuseUnmet(application: INestApplication, consumer: string): Promise<void> {
  const unmet = await application.get(StartConditions, { strict: false }).unmet(consumer);
  if (unmet !== undefined) throw new Error(`the consumer ${consumer} cannot start: ${unmet}`);
}
