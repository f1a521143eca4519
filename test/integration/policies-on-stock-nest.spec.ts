import { Controller, Module, UseInterceptors, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { loadSettings, SettingsModule } from '../../src/config/index.js';
import {
  DeadLetterInterceptor,
  FailuresModule,
  RetryInterceptor,
} from '../../src/failures/index.js';
import { PublishingModule } from '../../src/kafka/index.js';
import { ObservabilityModule } from '../../src/observability/index.js';
import { eventually } from '../support/eventually.js';
import { headerOf, sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';

const topic = uniqueName('stock');
const attempts = new Map<string, number>();

@Controller()
class StockController {
  @UseInterceptors(DeadLetterInterceptor, RetryInterceptor)
  @EventPattern([topic])
  handle({ id, failures }: { id: string; failures: number }): void {
    const attempt = (attempts.get(id) ?? 0) + 1;
    attempts.set(id, attempt);
    if (attempt <= failures) throw new Error('not yet');
  }
}

const { settings } = loadSettings({ KAFKA_BROKERS: sharedBroker(), LOG_LEVEL: 'fatal' }, []);

@Module({
  imports: [
    SettingsModule.forRoot(settings),
    ObservabilityModule.forRoot(settings),
    PublishingModule.forRoot(),
    FailuresModule,
  ],
  controllers: [StockController],
})
class StockModule {}

describe("the policies as interceptors on Nest's own Kafka transport", () => {
  let kafka: TestKafka;
  let application: INestMicroservice;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 1);
    await kafka.createTopic(`${topic}.standalone.dlq`, 1);
    application = await NestFactory.createMicroservice<MicroserviceOptions>(StockModule, {
      logger: false,
      transport: Transport.KAFKA,
      options: {
        client: { brokers: [sharedBroker()] },
        consumer: { groupId: uniqueName('stock-group'), sessionTimeout: 10_000 },
        subscribe: { fromBeginning: true },
      },
    });
    await application.listen();
    await kafka.publish(topic, [
      { key: 'a', value: JSON.stringify({ id: 'good', failures: 0 }) },
      { key: 'b', value: JSON.stringify({ id: 'later', failures: 1 }) },
      { key: 'c', value: JSON.stringify({ id: 'never', failures: 99 }) },
      { key: 'd', value: JSON.stringify({ id: 'after', failures: 0 }) },
    ]);
    await eventually(() => attempts.has('after'), 'the topic is handled to its end');
  });

  afterAll(async () => {
    await application.close();
    await kafka.close();
  });

  it('retry in place and dead-letter what never succeeds, so that the topic goes on', async () => {
    expect([...attempts]).toEqual([
      ['good', 1],
      ['later', 2],
      ['never', 4],
      ['after', 1],
    ]);
    const deadLetters = await kafka.read(`${topic}.standalone.dlq`);
    expect(deadLetters.map((record) => headerOf(record, 'x-dlq-reason'))).toEqual(['exhausted']);
  });
});
