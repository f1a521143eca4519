import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.js';
import { ServiceProcess } from '../support/service-process.js';
import { sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';

const MAIN = fileURLToPath(new URL('../fixtures/transactional/main.mjs', import.meta.url));
const RECORDS = 400;

/** One group that copies records in transactions, and its processes. */
class Copying {
  readonly input = uniqueName('struck');
  readonly output = `${this.input}-copies`;
  readonly group = `${this.input}-group`;
  private readonly services: ServiceProcess[] = [];
  private published = 0;

  constructor(private readonly kafka: TestKafka) {}

  async create(partitions: number): Promise<void> {
    for (const topic of [this.input, this.output, `${this.input}.${this.group}.dlq`]) {
      await this.kafka.createTopic(topic, partitions);
    }
  }

  async start(more: Record<string, string> = {}): Promise<ServiceProcess> {
    const environment = {
      KAFKA_BROKERS: sharedBroker(),
      KAFKA_SESSION_TIMEOUT: '6s',
      KAFKA_HEARTBEAT_INTERVAL: '500ms',
      LOG_LEVEL: 'warn',
      INPUT: this.input,
      OUTPUT: this.output,
      GROUP: this.group,
      ...more,
    };
    const service = await ServiceProcess.listening(environment, MAIN);
    this.services.push(service);
    return service;
  }

  async publish(count = RECORDS): Promise<void> {
    const ids = Array.from({ length: count }, (_, index) => this.published + index);
    this.published += count;
    await this.kafka.publish(
      this.input,
      ids.map((id) => ({ key: String(id), value: JSON.stringify({ id }) })),
    );
  }

  /** Every committed copy once, and the group at the end of its input. */
  async expectCopies(): Promise<void> {
    await this.kafka.allCommitted(this.group, this.input, 60_000);
    const copies = (await this.kafka.readCommitted(this.output))
      .map(({ value }) => (JSON.parse(String(value)) as { id: number }).id)
      .sort((left, right) => left - right);
    expect(copies).toEqual([...Array.from({ length: this.published }).keys()]);
  }

  async end(): Promise<void> {
    for (const service of this.services) await service.end();
  }
}

describe('a process with transactions', () => {
  let kafka: TestKafka;
  let copying: Copying;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
  });

  beforeEach(() => {
    copying = new Copying(kafka);
  });

  afterEach(() => copying.end());
  afterAll(() => kafka.close());

  it('that is killed inside one leaves nothing of it: the next process aborts it and copies each record once', async () => {
    await copying.create(2);
    await copying.publish();
    const killed = await copying.start({ STRIKE: 'kill:4' });
    expect(await killed.exit()).toBe('SIGKILL');
    await copying.start();
    await copying.publish();
    await copying.expectCopies();
  });

  it('that is stopped inside one has its commit refused once another process has taken over, and says so', async () => {
    await copying.create(1);
    await copying.publish();
    const stopped = await copying.start({ STRIKE: 'stop:4' });
    // It answers nothing any more once it is struck, so only its transactions tell how far it came.
    await eventually(
      async () => ((await kafka.committed(copying.group, copying.input)).get(0) ?? 0) >= 40,
      'transactions',
    );
    const successor = await copying.start();
    await copying.publish();
    await copying.expectCopies();
    stopped.signal('SIGCONT');
    await eventually(
      () => stopped.output.includes('another producer has taken over: INVALID_PRODUCER_EPOCH (47)'),
      'the refusal is said',
    );
    await stopped.answers('/readyz', 200);
    successor.signal('SIGTERM');
    expect(await successor.exit()).toBe(0);
    await copying.publish();
    await copying.expectCopies();
  });

  it('ends what is under way and commits it when it is told to stop', async () => {
    await copying.create(2);
    await copying.publish();
    const service = await copying.start();
    await service.answers('/readyz', 200);
    await copying.publish();
    service.signal('SIGTERM');
    expect(await service.exit()).toBe(0);
    await copying.start();
    await copying.expectCopies();
  });
});
