import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { startOwnKafka, type KafkaBroker } from '../support/stack.js';
import { TestKafka } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = 'rejoined';
const group = 'rejoined-group';
const done = new Set<string>();

@Controller()
@ConsumerGroup('rejoined', { groupId: group })
class RejoinedController {
  @EventPattern([topic])
  handle({ id }: { id: string }): void {
    done.add(id);
  }
}

/** Longer than the spec may take: what waits for the end of a session waits for ever. */
const ENDLESS = { KAFKA_SESSION_TIMEOUT: '20m', KAFKA_REBALANCE_TIMEOUT: '20m' };

describe('a member whose connection was made anew in an outage', () => {
  let broker: KafkaBroker;
  let kafka: TestKafka;
  let service: TestService;

  beforeAll(async () => {
    broker = await startOwnKafka();
    kafka = await TestKafka.connect(broker.address);
    await kafka.createTopic(topic, 2);
    await kafka.createTopic(`${topic}.${group}.dlq`, 2);
    service = await startTestService({
      consumers: [consumerOf('rejoined', [RejoinedController])],
      environment: { KAFKA_BROKERS: broker.address, ...ENDLESS },
    });
    await service.answers(200);
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
    await broker.stop();
  });

  it('goes on without waiting for the session of the member that it was before', async () => {
    await broker.kill();
    const isMadeAnew = async (): Promise<boolean> =>
      (await service.consumer('rejoined')).state === 'waiting';
    await eventually(isMadeAnew, 'the connection is given up', 60_000);
    await broker.start();
    await service.answers(200);
    await kafka.publish(topic, [{ value: '{"id":"after"}' }]);
    await eventually(() => done.has('after'), 'a new record is handled');
  });
});
