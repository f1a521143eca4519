import { jest } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { GroupConsumer } from '../../src/kafka/consumer/group-consumer.js';
import { ConsumerGroup, ConsumerGroups } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('supervised');
const group = uniqueName('supervised-group');
const handled: number[] = [];

@Controller()
@ConsumerGroup('supervised', { groupId: group })
class SupervisedController {
  @EventPattern([topic])
  handle(@Payload() { id }: { readonly id: number }): void {
    handled.push(id);
  }
}

describe('a consumer that kafkajs gives up', () => {
  let kafka: TestKafka;
  let service: TestService;

  const groupConsumer = (): GroupConsumer =>
    service.application.get<{ groups: GroupConsumer[] }>(ConsumerGroups).groups[0]!;
  const publish = (id: number): Promise<void> =>
    kafka.publish(topic, [{ key: `k${id}`, value: JSON.stringify({ id }) }]);

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 1);
    await kafka.createTopic(`${topic}.${group}.dlq`, 1);
    service = await startTestService({
      consumers: [consumerOf('supervised', [SupervisedController])],
    });
    await service.answers(200);
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
  });

  it.each([
    ['TypeError', new TypeError('out of eachBatch')],
    ['RangeError', new RangeError('out of eachBatch')],
  ])(
    'for good, by a %s out of its loop, is started again and loses nothing',
    async (_name, error) => {
      const id = handled.length + 1;
      const fetched = jest.spyOn(groupConsumer(), 'fetched').mockImplementationOnce(() => {
        throw error;
      });
      const crashed = jest.spyOn(groupConsumer(), 'crashed');
      await publish(id);
      await eventually(() => handled.includes(id), 'the record is handled after the restart');
      expect(crashed).toHaveBeenCalledWith(error);
      expect((await service.probe('/livez')).code).toBe(200);
      await kafka.allCommitted(group, topic);
      fetched.mockRestore();
      crashed.mockRestore();
    },
  );

  it('and whose supervision has ended too makes /livez 503, and names itself', async () => {
    const consumer = groupConsumer();
    const waits = jest.spyOn(consumer.lifecycle, 'to').mockImplementation(() => {
      throw new Error('a defect of the supervision');
    });
    consumer.crashed(new Error('anything'));
    await eventually(async () => (await service.probe('/livez')).code === 503, '/livez is 503');
    waits.mockRestore();
    const { details } = (await service.probe('/livez')).body;
    expect(details['consumer.supervised']).toMatchObject({ status: 'down' });
  });
});
