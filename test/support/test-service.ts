import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { defineConsumer, loadSettings } from '../../src/config/index.js';
import type { DiscoveredConsumer } from '../../src/discover-consumers.js';
import type { ConsumerStatus } from '../../src/kafka/index.js';
import { createService, type Service } from '../../src/service.js';
import { eventually } from './eventually.js';
import { sharedBroker } from './test-kafka.js';

/** Short, so that a killed member is noticed soon. */
const SHORT_SESSION = { KAFKA_SESSION_TIMEOUT: '6s', KAFKA_HEARTBEAT_INTERVAL: '500ms' };

export interface TestServiceOptions {
  readonly consumers: readonly DiscoveredConsumer[];
  readonly environment?: Record<string, string>;
  readonly configure?: (application: INestApplication) => void;
}

export interface Probe {
  readonly code: number;
  readonly body: { readonly details: Readonly<Record<string, unknown>> };
}

/** A consumer's entry in `/health`. */
export interface ConsumerReport extends ConsumerStatus {
  readonly status: string;
}

export interface TestService extends Service {
  probe(path: string): Promise<Probe>;
  /** The consumer's entry in `/health`. */
  consumer(name: string): Promise<ConsumerReport>;
  /** Waits until `/readyz` answers with that code. */
  answers(code: number, timeoutMs?: number): Promise<void>;
}

/** A consumer of the spec's own, as discovery would give it. */
export function consumerOf(
  name: string,
  controllers: readonly Type[],
  providers: readonly Type[] = [],
  imports: readonly DynamicModule[] = [],
): DiscoveredConsumer {
  class ConsumerModule {}
  Module({
    imports: [...imports],
    controllers: [...controllers],
    providers: [...providers],
  })(ConsumerModule);
  return {
    declaration: defineConsumer({ name }),
    module: ConsumerModule,
    controllers: controllers as DiscoveredConsumer['controllers'],
    commands: [],
  };
}

/** The whole service inside the spec's process, on a port of its own. */
export async function startTestService(options: TestServiceOptions): Promise<TestService> {
  const { consumers, environment = {}, configure } = options;
  const { settings } = loadSettings(
    {
      KAFKA_BROKERS: environment['KAFKA_BROKERS'] ?? sharedBroker(),
      KAFKA_COMMIT_INTERVAL: '200ms',
      PORT: '0',
      LOG_LEVEL: process.env['MILLRACE_TEST_LOG_LEVEL'] ?? 'fatal',
      ...SHORT_SESSION,
      ...environment,
    },
    consumers.map(({ declaration }) => declaration),
  );
  const service = await createService({
    consumers,
    settings,
    ...(configure === undefined ? {} : { configure }),
  });
  const probe = async (path: string): Promise<Probe> => {
    const response = await fetch(service.url + path);
    return { code: response.status, body: (await response.json()) as Probe['body'] };
  };
  return {
    ...service,
    probe,
    consumer: async (name) =>
      (await probe('/health')).body.details[`consumer.${name}`] as ConsumerReport,
    answers: (code, timeoutMs) =>
      eventually(
        async () => (await probe('/readyz')).code === code,
        `/readyz is ${code}`,
        timeoutMs,
      ),
  };
}
