import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { startProxiedKafka, type KafkaBroker } from '../support/stack.js';
import type { ProxyMode, TcpProxy } from '../support/tcp-proxy.js';
import { TestKafka } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = 'wire';
const group = 'wire-group';
const seen = new Set<string>();

@Controller()
@ConsumerGroup('wire', { groupId: group })
class WireController {
  @EventPattern([topic])
  handle({ id }: { id: string }): void {
    seen.add(id);
  }
}

const ids = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `record-${from + index}`);
const records = (from: number, count: number) =>
  ids(from, count).map((id) => ({ key: id, value: JSON.stringify({ id }) }));

/** One story in order, on one wire: each test begins with a service that works. */
describe('a service whose connections to the broker are damaged', () => {
  let broker: KafkaBroker;
  let proxy: TcpProxy;
  let service: TestService;
  let published = 0;

  beforeAll(async () => {
    ({ broker, proxy } = await startProxiedKafka());
    const kafka = await TestKafka.connect(broker.address);
    await kafka.createTopic(topic, 4);
    await kafka.createTopic(`${topic}.${group}.dlq`, 4);
    await kafka.close();
    service = await startTestService({
      consumers: [consumerOf('wire', [WireController])],
      environment: { KAFKA_BROKERS: proxy.address },
    });
    await service.answers(200);
  });

  afterAll(async () => {
    proxy.set({ kind: 'pass' });
    await service.stop();
    await broker.stop();
    await proxy.close();
  });

  const publishAndAwait = async (): Promise<void> => {
    const from = published;
    published += 100;
    // Over a connection of its own: the broker sends every client to the wire, and this one must not be damaged yet.
    const fresh = await TestKafka.connect(broker.address);
    await fresh.publish(topic, records(from, 100));
    await fresh.close();
    await eventually(() => ids(from, 100).every((id) => seen.has(id)), 'all are handled', 60_000);
  };
  const damage = async (mode: ProxyMode): Promise<void> => {
    await publishAndAwait();
    proxy.set(mode);
  };
  const recovers = async (what: string): Promise<void> => {
    const startedAt = performance.now();
    await publishAndAwait();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(`recovered from ${what} in ${seconds} s\n`);
    await service.answers(200);
  };

  it('goes on by itself when they are half open', async () => {
    await damage({ kind: 'half-open' });
    await recovers('half-open connections');
  });

  it('goes on by itself when they are reset', async () => {
    await damage({ kind: 'reset' });
    await service.answers(503);
    expect((await service.probe('/livez')).code).toBe(200);
    proxy.set({ kind: 'pass' });
    await recovers('resets');
  });

  it.each(['both', 'to-server', 'to-client'] as const)(
    'is live and not ready while bytes vanish (%s), and goes on when they pass',
    async (direction) => {
      await damage({ kind: 'blackhole', direction });
      await service.answers(503);
      expect((await service.probe('/livez')).code).toBe(200);
      proxy.set({ kind: 'pass' });
      await recovers(`a black hole, ${direction}`);
    },
  );
});
