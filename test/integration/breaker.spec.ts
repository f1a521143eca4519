import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { linesOf, sumOf } from '../support/metrics-text.js';
import { headerOf, TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('calls');
const group = uniqueName('caller');
const otherTopic = uniqueName('others');
const otherGroup = uniqueName('other');
const COUNT = 2_000;
const THRESHOLD = 5;

const effects = new Map<string, number>();
const others: string[] = [];
let port = 0;

/** Stands for another service: it counts what it was asked to do, as long as it runs. */
class StandIn {
  private server: Server | undefined;

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      const id = request.url!.slice(1);
      effects.set(id, (effects.get(id) ?? 0) + 1);
      response.end('done');
    });
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
}

@Controller()
@ConsumerGroup('caller', { groupId: group, concurrency: 16 })
class CallerController {
  @EventPattern([topic])
  async handle(@Payload() { id }: { id: string }): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${port}/${id}`);
    await answer.text();
  }
}

@Controller()
@ConsumerGroup('other', { groupId: otherGroup })
class OtherController {
  @EventPattern([otherTopic])
  handle(@Payload() { id }: { id: string }): void {
    others.push(id);
  }
}

/** One story in order: each test begins where the one before has left the stand-in and the breaker. */
describe('a consumer whose handler needs a service that does not answer', () => {
  const standIn = new StandIn();
  let kafka: TestKafka;
  let service: TestService;
  let published = 0;

  const publish = async (count: number): Promise<void> => {
    const records = Array.from({ length: count }, (_, index) => {
      const id = `${published + index}`;
      return { key: id, value: JSON.stringify({ id }) };
    });
    published += count;
    await kafka.publish(topic, records);
  };
  const deadLetters = () => kafka.read(`${topic}.${group}.dlq`);
  /** Whether it is open, and how often it was opened. */
  const scraped = async (): Promise<readonly number[]> => {
    const lines = linesOf(await (await fetch(`${service.url}/metrics`)).text());
    const labels = { topic, group, handler: 'CallerController.handle' };
    return ['breaker_open', 'breaker_openings_total'].map((name) =>
      sumOf(lines, `kafka_consumer_${name}`, labels),
    );
  };

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    for (const [source, member] of [
      [topic, group],
      [otherTopic, otherGroup],
    ] as const) {
      await kafka.createTopic(source, 3);
      await kafka.createTopic(`${source}.${member}.dlq`, 3);
    }
    await standIn.start();
    service = await startTestService({
      consumers: [consumerOf('caller', [CallerController]), consumerOf('other', [OtherController])],
      environment: {
        CALLER_MAX_RETRIES: '1',
        CALLER_RETRY_BACKOFF: '20ms',
        CALLER_BREAKER: String(THRESHOLD),
      },
    });
    await service.answers(200);
  });

  afterAll(async () => {
    await service.stop();
    await standIn.stop();
    await kafka.close();
  });

  it('opens its breaker, and dead-letters fewer records than it takes to open it', async () => {
    await publish(100);
    await eventually(() => effects.size === 100, 'the service is called');
    await standIn.stop();
    await publish(COUNT);
    await eventually(
      async () => (await service.consumer('caller')).breaker !== undefined,
      'the breaker is open',
    );
    const { breaker } = await service.consumer('caller');
    expect(breaker).toMatchObject({ handler: 'CallerController.handle', lastError: 'TypeError' });
    await eventually(
      async () => ((await service.consumer('caller')).breaker?.failedProbes ?? 0) > 0,
      'a held record has tried again',
    );
    expect((await scraped())[0]).toBe(1);
    expect((await deadLetters()).length).toBeLessThan(THRESHOLD);
  });

  it('stays ready, calls itself degraded, and leaves other consumers alone', async () => {
    expect((await service.probe('/readyz')).code).toBe(200);
    expect((await service.consumer('caller')).status).toBe('degraded');
    await kafka.publish(otherTopic, [{ value: JSON.stringify({ id: 'meanwhile' }) }]);
    await eventually(() => others.includes('meanwhile'), 'the other consumer goes on');
    expect((await service.consumer('caller')).breaker).toBeDefined();
  });

  it('goes on by itself when the service is back: every record is done, or one of those few', async () => {
    await standIn.start();
    await kafka.allCommitted(group, topic);
    const given = await deadLetters();
    expect(given.length).toBeLessThan(THRESHOLD);
    const reasons = given.map((record) => headerOf(record, 'x-dlq-reason'));
    expect(reasons.filter((reason) => reason !== 'exhausted')).toEqual([]);
    const ids = given.map(({ key }) => key!.toString());
    expect(new Set([...effects.keys(), ...ids]).size).toBe(published);
    expect((await service.consumer('caller')).breaker).toBeUndefined();
    const [isOpen, openings] = await scraped();
    expect(isOpen).toBe(0);
    expect(openings).toBeGreaterThan(0);
  });
});
