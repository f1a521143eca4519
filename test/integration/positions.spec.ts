import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const transactional = uniqueName('transactional');
const existing = uniqueName('existing');
const group = uniqueName('position-group');
const seen: string[] = [];

@Controller()
@ConsumerGroup('transactional', { groupId: group })
class TransactionalController {
  @EventPattern([transactional])
  handle({ id }: { id: string }): void {
    seen.push(id);
  }
}

@Controller()
@ConsumerGroup('existing', { groupId: `${group}-existing` })
class ExistingController {
  @EventPattern([existing])
  handle({ id }: { id: string }): void {
    seen.push(id);
  }
}

describe('positions', () => {
  let kafka: TestKafka;
  let service: TestService | undefined;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    for (const topic of [transactional, existing]) await kafka.createTopic(topic, 1);
    await kafka.createTopic(`${transactional}.${group}.dlq`, 1);
    await kafka.createTopic(`${existing}.${group}-existing.dlq`, 1);
  });

  afterEach(async () => {
    await service?.stop();
    seen.length = 0;
  });

  afterAll(() => kafka.close());

  it('pass transaction markers and aborted records, so that a transactional topic reaches lag 0', async () => {
    service = await startTestService({
      consumers: [consumerOf('transactional', [TransactionalController])],
    });
    await service.answers(200);
    await kafka.publishInTransaction(transactional, ['a', 'b'], 'commit');
    await kafka.publishInTransaction(transactional, ['never'], 'abort');
    await kafka.publishInTransaction(transactional, ['c'], 'commit');
    await kafka.publishInTransaction(transactional, ['never'], 'abort');
    await kafka.allCommitted(group, transactional);
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('take no aborted record and every committed one where transactions of several producers overlap', async () => {
    await kafka.publishInOverlappingTransactions(transactional, [
      { id: 'never 1', end: 'abort' },
      { id: 'd', end: 'commit' },
      { id: 'never 2', end: 'abort' },
      { id: 'never 3', end: 'abort' },
    ]);
    await kafka.publishInTransaction(transactional, ['e'], 'commit');
    service = await startTestService({
      consumers: [consumerOf('transactional', [TransactionalController])],
    });
    await kafka.allCommitted(group, transactional);
    expect(seen).toEqual(['d', 'e']);
  });

  it('start at the end without skipping later records when KAFKA_AUTO_OFFSET_RESET is latest', async () => {
    await kafka.publish(existing, [{ value: '{"id":"before"}' }]);
    const options = {
      consumers: [consumerOf('existing', [ExistingController])],
      environment: { KAFKA_AUTO_OFFSET_RESET: 'latest' },
    };
    service = await startTestService(options);
    await kafka.allCommitted(`${group}-existing`, existing);
    await service.stop();
    await kafka.publish(existing, [{ value: '{"id":"while down"}' }]);
    service = await startTestService(options);
    await kafka.publish(existing, [{ value: '{"id":"after"}' }]);
    await kafka.allCommitted(`${group}-existing`, existing);
    expect(seen).toEqual(['while down', 'after']);
  });

  it('are refused with the setting named when there is none and KAFKA_AUTO_OFFSET_RESET is fail', async () => {
    service = await startTestService({
      consumers: [consumerOf('existing', [ExistingController])],
      environment: {
        KAFKA_AUTO_OFFSET_RESET: 'fail',
        EXISTING_GROUP_ID: `${group}-new`,
        EXISTING_DEAD_LETTER_TOPIC: `${existing}.${group}-existing.dlq`,
      },
    });
    const { consumer, probe } = service;
    await eventually(async () => {
      const { reason = '' } = await consumer('existing');
      return reason.includes(`no offset for ${existing}-0 and KAFKA_AUTO_OFFSET_RESET is fail`);
    }, 'the partition and the setting are named');
    expect((await probe('/readyz')).code).toBe(503);
    expect(seen).toEqual([]);
  });
});
