import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { IsInt, IsOptional, IsString } from 'class-validator';
import { Idempotent } from '../../src/idempotency/index.js';
import { ConsumerGroup, RecordContext, Tombstone } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { linesOf, sumOf, type MetricLabels, type MetricLine } from '../support/metrics-text.js';
import { TestKafka, uniqueName, type TestRecord } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('counted');
const group = uniqueName('counted-group');
const PARTITIONS = 4;
const place: MetricLabels = { topic, group, handler: 'CountedController.handle' };

class Counted {
  @IsInt()
  number: number;

  @IsOptional()
  @IsString()
  fault?: 'once' | 'always' | 'defect' | 'hang';
}

let release: () => void = () => undefined;
const released = new Promise<void>((resolve) => (release = resolve));

@Controller()
@ConsumerGroup('counted', { groupId: group, concurrency: 32 })
class CountedController {
  @EventPattern([topic])
  @Idempotent({ store: 'memory' })
  @Tombstone('skip')
  async handle(
    @Payload() { number, fault }: Counted,
    @Ctx() context: RecordContext,
  ): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, number % 5));
    if (fault === 'hang') await released;
    if (fault === 'defect') throw new TypeError(`a defect of ${number}`);
    if (fault === 'always') throw new Error(`never ${number}`);
    if (fault === 'once' && context.attempt === 1) throw new Error(`not yet ${number}`);
  }
}

const record = (number: number, fault?: Counted['fault']): TestRecord => ({
  key: `key-${number % 97}`,
  value: JSON.stringify({ number, fault }),
  headers: { 'event-id': `event-${number}` },
});
const range = (count: number, from: number) => Array.from({ length: count }, (_, at) => from + at);

/** What each outcome is owed to. */
const published = {
  good: range(400, 0).map((number) => record(number)),
  repeats: range(30, 0).map((number) => record(number)),
  once: range(20, 1_000).map((number) => record(number, 'once')),
  always: range(3, 2_000).map((number) => record(number, 'always')),
  defects: range(5, 3_000).map((number) => record(number, 'defect')),
  invalid: range(4, 4_000).map((number) => ({ key: `k-${number}`, value: '{"number":"one"}' })),
  tombstones: range(6, 5_000).map((number) => ({ key: `key-${number}`, value: null })),
  torn: range(2, 6_000).map((number) => ({ key: `k-${number}`, value: '{' })),
};
const ALL = Object.values(published).flat();

const scrape = async ({ url }: TestService): Promise<MetricLine[]> =>
  linesOf(await (await fetch(`${url}/metrics`)).text());

const outcome = (lines: MetricLine[], kind: string): number =>
  sumOf(lines, 'kafka_consumer_records_total', { ...place, outcome: kind });

const settledIn = (lines: MetricLine[]): number =>
  sumOf(lines, 'kafka_consumer_records_total', place);

/** Everything that was received, less all that is somewhere. */
function unaccounted(lines: MetricLine[]): number {
  const of = (name: string) => sumOf(lines, `kafka_consumer_${name}`, place);
  const held = of('in_flight') + of('waiting_records') + of('buffered_records');
  return of('records_received_total') - settledIn(lines) - of('records_abandoned_total') - held;
}

describe('the metrics of a run', () => {
  let kafka: TestKafka;
  let service: TestService;
  let second: TestService | undefined;
  const during: number[] = [];
  let after: MetricLine[];

  const start = () =>
    startTestService({
      consumers: [consumerOf('counted', [CountedController])],
      environment: {
        COUNTED_MAX_RETRIES: '2',
        COUNTED_RETRY_BACKOFF: '20ms',
        KAFKA_REBALANCE_TIMEOUT: '6s',
      },
    });

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, PARTITIONS);
    await kafka.createTopic(`${topic}.${group}.dlq`, PARTITIONS);
    service = await start();
    await service.answers(200);
    const before = await scrape(service);
    expect([settledIn(before), unaccounted(before)]).toEqual([0, 0]);
    const { repeats, ...others } = published;
    await kafka.publish(topic, Object.values(others).flat());
    await kafka.publish(topic, repeats);
    await eventually(async () => {
      after = await scrape(service);
      during.push(unaccounted(after));
      return settledIn(after) === ALL.length;
    }, 'everything is settled');
  }, 60_000);

  afterAll(async () => {
    release();
    await second?.stop();
    await service.stop();
    await kafka.close();
  });

  it('account for every record at every scrape, and at the end by its outcome', () => {
    expect(during.filter((missing) => missing !== 0)).toEqual([]);
    expect(sumOf(after, 'kafka_consumer_records_received_total', place)).toBe(ALL.length);
    const { good, once, repeats, tombstones, always, defects, invalid, torn } = published;
    expect({
      done: outcome(after, 'done'),
      duplicate: outcome(after, 'duplicate'),
      skipped: outcome(after, 'skipped'),
      retried: outcome(after, 'retried'),
      dead: outcome(after, 'dead_letter'),
    }).toEqual({
      done: good.length + once.length,
      duplicate: repeats.length,
      skipped: tombstones.length,
      retried: 0,
      dead: always.length + defects.length + invalid.length + torn.length,
    });
  });

  it('count dead letters by their reason, as many as the topic holds', async () => {
    const reason = (name: string) =>
      sumOf(after, 'kafka_dead_letters_total', { topic, group, reason: name });
    const { always, defects, invalid, torn } = published;
    expect(reason('exhausted')).toBe(always.length);
    expect(reason('non-retryable')).toBe(defects.length);
    expect(reason('validation')).toBe(invalid.length);
    expect(reason('deserialization')).toBe(torn.length);
    const deadLetters = await kafka.read(`${topic}.${group}.dlq`);
    expect(sumOf(after, 'kafka_dead_letters_total', { topic, group })).toBe(deadLetters.length);
    expect(sumOf(after, 'kafka_dead_letter_publish_failures_total', { topic, group })).toBe(0);
  });

  it('count attempts, retries, claims and time', () => {
    const { good, repeats, tombstones, once, always, defects, invalid, torn } = published;
    const attempts = (result: string) =>
      sumOf(after, 'kafka_consumer_attempts_total', { ...place, result });
    const dead = defects.length + invalid.length + torn.length;
    expect(attempts('succeeded')).toBe(
      good.length + once.length + repeats.length + tombstones.length,
    );
    expect(attempts('failed')).toBe(once.length + 3 * always.length + dead);
    const retries = { ...place, error_type: 'unknown' };
    expect(sumOf(after, 'kafka_consumer_retries_total', retries)).toBe(
      once.length + 2 * always.length,
    );
    const claims = (result: string) =>
      sumOf(after, 'idempotency_claims_total', { store: 'memory', result });
    expect([claims('duplicate'), claims('conflict')]).toEqual([repeats.length, 0]);
    expect(sumOf(after, 'idempotency_cache_entries')).toBe(claims('ran'));
    for (const histogram of ['processing', 'end_to_end']) {
      const count = sumOf(after, `kafka_consumer_${histogram}_seconds_count`, place);
      expect(count).toBe(ALL.length);
    }
  });

  it('show joins, commits, and a lag of 0 under both names once all is committed', async () => {
    await kafka.allCommitted(group, topic);
    await eventually(async () => {
      after = await scrape(service);
      return sumOf(after, 'kafka_consumer_lag_records', { topic, group }) === 0;
    }, 'the lag is 0');
    const partitions = after.filter(({ name, labels }) => {
      return name === 'kafka_consumergroup_lag' && labels['consumergroup'] === group;
    });
    expect(partitions.map(({ labels }) => labels['partition']).sort()).toEqual([
      '0',
      '1',
      '2',
      '3',
    ]);
    expect(partitions.filter(({ value }) => value !== 0)).toEqual([]);
    expect(sumOf(after, 'kafka_consumer_rebalances_total', { group })).toBeGreaterThan(0);
    const accepted = { group, result: 'accepted' };
    expect(sumOf(after, 'kafka_consumer_commits_total', accepted)).toBeGreaterThan(0);
  });

  it('count no offset as skipped that a transaction marker or an aborted record had', async () => {
    await kafka.publishInTransaction(topic, ['x', 'y'], 'abort');
    await kafka.publish(
      topic,
      range(8, 7_000).map((number) => record(number)),
    );
    await eventually(
      async () => settledIn(await scrape(service)) === ALL.length + 8,
      'what came after the transaction is settled',
    );
    const lines = await scrape(service);
    expect(sumOf(lines, 'kafka_consumer_skipped_offsets_total', { topic, group })).toBe(0);
    expect(sumOf(lines, 'kafka_consumer_log_resets_total', { topic, group })).toBe(0);
  });

  it('account for records under way, and for those given back when another member joins', async () => {
    const hanging = range(PARTITIONS, 0).flatMap((partition) =>
      range(3, 8_000 + 10 * partition).map((number) => ({
        ...record(number, 'hang'),
        key: `hung-${partition}`,
        partition,
      })),
    );
    await kafka.publish(topic, hanging);
    const inFlight = async () => sumOf(await scrape(service), 'kafka_consumer_in_flight', place);
    await eventually(async () => (await inFlight()) === PARTITIONS, 'one a partition is under way');
    const held = await scrape(service);
    expect(sumOf(held, 'kafka_consumer_buffered_records', place)).toBe(2 * PARTITIONS);
    expect(sumOf(held, 'kafka_consumer_buffered_bytes', place)).toBeGreaterThan(0);
    expect(unaccounted(held)).toBe(0);

    second = await start();
    await second.answers(200);
    const abandoned = async () =>
      sumOf(await scrape(service), 'kafka_consumer_records_abandoned_total', place);
    await eventually(async () => (await abandoned()) > 0, 'some are given back');
    release();
    await kafka.allCommitted(group, topic);
    const both = [await scrape(service), await scrape(second)];
    expect(both.map(unaccounted)).toEqual([0, 0]);
    const sum = (name: string) =>
      both.reduce((total, lines) => total + sumOf(lines, name, place), 0);
    const total = ALL.length + 8 + hanging.length;
    expect(both.reduce((settled, lines) => settled + settledIn(lines), 0)).toBe(total);
    expect(sum('kafka_consumer_records_received_total')).toBe(
      total + sum('kafka_consumer_records_abandoned_total'),
    );
  }, 60_000);

  it('are served as Prometheus text, with Node’s own beside them', async () => {
    const response = await fetch(`${service.url}/metrics`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; (.*; )?version=0\.0\.4/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const lines = linesOf(await response.text());
    expect(sumOf(lines, 'process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(sumOf(lines, 'nodejs_heap_size_used_bytes')).toBeGreaterThan(0);
  });
});
