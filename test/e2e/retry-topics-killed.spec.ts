import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.js';
import { ServiceProcess } from '../support/service-process.js';
import { headerOf, sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';

const MAIN = fileURLToPath(new URL('../fixtures/attempt-log/main.mjs', import.meta.url));
const FAILING = 0;
const ORIGIN = ['attempt', 'original-topic', 'original-partition', 'original-offset'];

/** A process that fails one record, killed once that stands in its retry topic and before anything is committed. */
class Killed {
  readonly topic = uniqueName('retry-killed');
  readonly group = `${this.topic}-group`;
  readonly folder = mkdtempSync(join(tmpdir(), 'retry-killed-'));
  readonly services: ServiceProcess[] = [];

  constructor(
    readonly kafka: TestKafka,
    private readonly order: string,
  ) {}

  get retry(): string {
    return `${this.topic}.${this.group}.retry.1`;
  }

  async start(more: Record<string, string> = {}): Promise<void> {
    const environment = {
      KAFKA_BROKERS: sharedBroker(),
      KAFKA_SESSION_TIMEOUT: '6s',
      KAFKA_COMMIT_INTERVAL: '200ms',
      LOG_LEVEL: 'error',
      ATTEMPT_LOG: join(this.folder, 'attempts'),
      LOGGED_TOPICS: this.topic,
      LOGGED_GROUP: this.group,
      LOGGED_MAX_RETRIES: '1',
      LOGGED_RETRY_BACKOFF: '10ms',
      LOGGED_RETRY_TOPIC_DELAYS: '2s',
      LOGGED_RETRY_ORDER: this.order,
      LOGGED_BREAKER: '0',
      WORK_MS: '0',
      ...more,
    };
    this.services.push(await ServiceProcess.listening(environment, MAIN));
  }

  /** Its records: the failing one, one of its key, and one of another. */
  async run(inRetryTopic: number): Promise<void> {
    const { kafka } = this;
    for (const topic of [this.topic, `${this.topic}.${this.group}.dlq`, this.retry]) {
      await kafka.createTopic(topic, 1);
    }
    const keys = ['a', 'a', 'b'];
    await kafka.publish(
      this.topic,
      keys.map((key, id) => ({ key, value: JSON.stringify({ id }) })),
    );
    await this.start({ KAFKA_COMMIT_INTERVAL: '60s', FAILING_ID: String(FAILING) });
    await eventually(async () => (await this.moved()) === inRetryTopic, 'they are moved');
    await eventually(() => this.ids('end').includes(2), 'the other key is done');
    await this.services[0]!.end();
    expect(await kafka.committed(this.group, this.topic)).toEqual(new Map());
  }

  async moved(): Promise<number> {
    return (await this.kafka.ends(this.retry)).get(0)!;
  }

  ids(event: string): number[] {
    return readFileSync(join(this.folder, 'attempts'), 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith(`${event} `) ? [Number(line.split(' ')[1])] : []));
  }

  async end(): Promise<void> {
    for (const service of this.services) await service.end();
    rmSync(this.folder, { recursive: true });
  }
}

describe('a process that is killed between a publication to a retry topic and its commit', () => {
  let kafka: TestKafka;
  const runs: Killed[] = [];

  const killed = async (order: string, inRetryTopic: number): Promise<Killed> => {
    const run = new Killed(kafka, order);
    runs.push(run);
    await run.run(inRetryTopic);
    return run;
  };

  beforeAll(async () => {
    kafka = await TestKafka.connect();
  });
  afterAll(async () => {
    for (const run of runs) await run.end();
    await kafka.close();
  });

  it('has its records known again by the next one, which publishes none twice and keeps their order', async () => {
    const run = await killed('block', 2);
    await run.start();
    await kafka.allCommitted(run.group, run.topic);
    await kafka.allCommitted(run.group, run.retry);
    expect(await run.moved()).toBe(2);
    expect(run.ids('end').filter((id) => id !== 2)).toEqual([0, 1]);
  });

  it('has them published again where order is given up, the same attempt of the same origin', async () => {
    const run = await killed('skip', 1);
    await run.start({ FAILING_ID: String(FAILING) });
    await eventually(async () => (await run.moved()) === 2, 'it is moved again');
    const copies = await kafka.read(run.retry);
    const told = copies.map((copy) => ORIGIN.map((name) => headerOf(copy, `x-retry-${name}`)));
    expect(told[0]).toEqual(['3', run.topic, '0', '0']);
    expect(told[1]).toEqual(told[0]);
  });
});
