import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { Transactional } from '../../src/transactions/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const input = uniqueName('start');
const group = uniqueName('start-group');

@Controller()
@ConsumerGroup('patient', { groupId: group })
class PatientController {
  @EventPattern([input])
  @Transactional({ timeoutMs: 3_600_000 })
  handle(): void {
    return undefined;
  }
}

describe('a transactional consumer at its start', () => {
  let kafka: TestKafka;
  let service: TestService | undefined;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(input, 1);
    await kafka.createTopic(`${input}.${group}.dlq`, 1);
  });

  afterEach(() => service?.stop());
  afterAll(() => kafka.close());

  it('whose timeout the broker does not take is live, not ready, and says what to change', async () => {
    service = await startTestService({ consumers: [consumerOf('patient', [PatientController])] });
    const { consumer } = service;
    await eventually(async () => (await consumer('patient')).waitingFor.length > 0, 'it waits');
    expect((await consumer('patient')).waitingFor).toEqual([
      {
        dependency: `transactions of ${input}-0`,
        detail:
          'the broker takes no transaction timeout of 3600000 ms: lower timeoutMs of @Transactional, or raise the ' +
          "broker's transaction.max.timeout.ms",
        records: 0,
        first: `${input}-0`,
      },
    ]);
    expect((await service.probe('/readyz')).code).toBe(503);
    expect((await service.probe('/livez')).code).toBe(200);
  });
});
