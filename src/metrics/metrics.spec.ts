import { ClaimCounts } from '../idempotency/index.js';
import type { GroupActivity, LagReport } from '../kafka/index.js';
import { ConsumerMetrics, CountingRecordObserver, METRICS } from '../observability/index.js';
import { DONE, type DeadLetterReason } from '../record/index.js';
import { deliveryOf } from '../../test/support/deliveries.js';
import { linesOf, sumOf } from '../../test/support/metrics-text.js';
import { MetricsService } from './metrics.service.js';

const { handler } = deliveryOf();
const { topic, groupId: group } = handler;

function activity(): GroupActivity {
  const counts = { received: 20, done: 9, duplicate: 1, skipped: 2, retried: 0, deadLettered: 3 };
  return {
    groupId: group,
    rebalances: 2,
    commits: { accepted: 7, superseded: 1, failed: 0 },
    transactions: { committed: 5, aborted: 2, fenced: 1 },
    topics: [
      {
        handler,
        counts: {
          ...counts,
          abandoned: 1,
          lateResults: 0,
          alreadySettled: 0,
          skippedOffsets: 40,
          logResets: 1,
        },
        inFlight: 2,
        waiting: 1,
        buffered: 1,
        bytes: 512,
        pausedPartitions: 1,
        blockedPartitions: 3,
        isBraked: true,
        brakings: 4,
      },
    ],
  };
}

function lagOf(partitions: number, name = topic): LagReport {
  const entries = Array.from({ length: partitions }, (_, partition) => [
    `${name}-${partition}`,
    { committed: 1, end: partition + 1, lag: partition },
  ]);
  return { records: 0, readAt: 0, partitions: Object.fromEntries(entries) as never };
}

function setUp(lag: LagReport | undefined = lagOf(2)) {
  const observer = new CountingRecordObserver();
  const claims = new ClaimCounts();
  const consumers = new ConsumerMetrics();
  consumers.provide(METRICS.mergeBuffer, () => [{ labels: {}, value: 12 }]);
  consumers.provide(METRICS.analyticsRequests, () =>
    METRICS.analyticsRequests.values.result.map((result) => ({ labels: { result }, value: 0 })),
  );
  const metrics = new MetricsService(
    { activities: () => [activity()] } as never,
    { of: () => lag } as never,
    observer,
    { interceptor: { claims }, memory: { entries: 5 }, redis: { losses: 2 } } as never,
    consumers,
  );
  const scrape = async () => linesOf(await metrics.text());
  return { observer, claims, metrics, scrape };
}

describe('the text of /metrics', () => {
  it('has every metric of the catalogue with its type, its help and its labels', async () => {
    const { metrics } = setUp();
    const text = await metrics.text();
    const lines = linesOf(text);
    for (const { name, type, help, labels } of Object.values(METRICS)) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
      const series = lines.filter((line) => line.name.replace(/_(bucket|sum|count)$/, '') === name);
      expect(series.length).toBeGreaterThan(0);
      const shown = new Set(series.flatMap((line) => Object.keys(line.labels)));
      shown.delete('le');
      expect([name, ...[...shown].sort()]).toEqual([name, ...[...labels].sort()]);
    }
  });

  it('has no metric that is neither in the catalogue nor of Node', async () => {
    const { metrics } = setUp();
    const names = [...(await metrics.text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!);
    const declared: string[] = Object.values(METRICS).map(({ name }) => name);
    const others = names.filter((name) => !declared.includes(name));
    expect(others.filter((name) => !/^(nodejs|process)_/.test(name))).toEqual([]);
    expect(others.length).toBeGreaterThan(5);
  });

  it('gives the labels of closed sets each of their values, before anything has happened', async () => {
    const { scrape } = setUp();
    const lines = await scrape();
    for (const metric of Object.values(METRICS)) {
      if (!('values' in metric)) continue;
      for (const [label, values] of Object.entries(metric.values)) {
        const shown = lines.filter(({ name }) => name === metric.name);
        const found = new Set(shown.map(({ labels }) => labels[label]));
        expect([metric.name, ...found]).toEqual([metric.name, ...values]);
      }
    }
  });

  it('shows what the groups say', async () => {
    const { observer, scrape } = setUp();
    const place = { topic, groupId: group, consumer: 'orders', partition: 0 };
    observer.logReset(place);
    observer.offsetsSkipped(place, { from: 0, to: 40, count: 40, cause: 'deleted' });
    const lines = await scrape();
    const sums = [
      sumOf(lines, 'kafka_consumer_records_total', { outcome: 'dead_letter' }),
      sumOf(lines, 'kafka_consumer_log_resets_total', { topic, group }),
      sumOf(lines, 'kafka_consumer_skipped_offsets_total', { topic, group }),
      sumOf(lines, 'kafka_consumer_paused_partitions', { topic, group }),
      sumOf(lines, 'kafka_consumer_blocked_partitions', { topic, group }),
      sumOf(lines, 'kafka_consumer_buffered_bytes', { topic, group }),
      sumOf(lines, 'kafka_consumer_rebalances_total', { group }),
      sumOf(lines, 'kafka_consumer_commits_total', { group, result: 'superseded' }),
      sumOf(lines, 'kafka_consumer_breaker_open', { topic, group }),
      sumOf(lines, 'kafka_consumer_breaker_openings_total', { topic, group }),
      sumOf(lines, 'idempotency_cache_entries'),
    ];
    expect(sums).toEqual([3, 1, 40, 1, 3, 512, 2, 1, 1, 4, 5]);
  });

  it('shows the lag of each partition under both names, and none before it was read', async () => {
    const lines = await setUp(lagOf(3)).scrape();
    for (const partition of ['0', '1', '2']) {
      const lag = Number(partition);
      const place = { topic, partition };
      expect(sumOf(lines, 'kafka_consumer_lag_records', { ...place, group })).toBe(lag);
      expect(sumOf(lines, 'kafka_consumergroup_lag', { ...place, consumergroup: group })).toBe(lag);
    }
    const { metrics } = setUp({ records: 0, readAt: 0, partitions: {} });
    expect(sumOf(linesOf(await metrics.text()), 'kafka_consumer_lag_records')).toBeNaN();
  });

  it('leaves out the lag of topics that the consumer reads in another group', async () => {
    const lines = await setUp(lagOf(3, 'another-topic')).scrape();
    expect(sumOf(lines, 'kafka_consumer_lag_records')).toBeNaN();
  });

  it('accumulates the buckets of a histogram', async () => {
    const { observer, scrape } = setUp();
    for (const milliseconds of [0.5, 3, 700, 400_000])
      observer.settled({ ...deliveryOf(), handler }, DONE, milliseconds);
    const lines = await scrape();
    const name = 'kafka_consumer_processing_seconds';
    const below = (le: string) => sumOf(lines, `${name}_bucket`, { le });
    expect([below('0.001'), below('0.005'), below('1'), below('300'), below('+Inf')]).toEqual([
      1, 2, 3, 3, 4,
    ]);
    expect(sumOf(lines, `${name}_count`)).toBe(4);
    expect(sumOf(lines, `${name}_sum`)).toBeCloseTo(400.7035);
  });

  it('has as many series after ten thousand keys, ids and error texts as before', async () => {
    const { observer, scrape } = setUp();
    const names = async () =>
      (await scrape())
        .filter(({ name }) => !/^(nodejs|process)_/.test(name))
        .map(({ name, labels }) => JSON.stringify([name, labels]))
        .sort();
    const before = await names();
    const reasons: DeadLetterReason[] = ['exhausted', 'validation', 'id-conflict'];
    for (let number = 0; number < 10_000; number += 1) {
      const delivery = deliveryOf({
        record: { offset: number, key: Buffer.from(`key-${number}`) },
      });
      observer.attemptFailed(delivery, new Error(`error ${number}`), 'retry', 'unknown');
      const reason = reasons[number % reasons.length]!;
      observer.settled(delivery, { kind: 'dead-lettered', topic: `t-${number}`, reason }, number);
    }
    expect(await names()).toEqual(before);
    expect(sumOf(await scrape(), 'kafka_dead_letters_total')).toBe(10_000);
  });

  it('has two series of lag for each of 1,000 partitions', async () => {
    const { metrics } = setUp(lagOf(1_000));
    await metrics.text();
    const startedAt = performance.now();
    const text = await metrics.text();
    const milliseconds = Math.round(performance.now() - startedAt);
    process.stdout.write(`/metrics with 1,000 partitions: ${milliseconds} ms, ${text.length} B\n`);
    const lines = linesOf(text);
    expect(lines.filter(({ name }) => name === 'kafka_consumer_lag_records')).toHaveLength(1_000);
    expect(lines.filter(({ name }) => name === 'kafka_consumergroup_lag')).toHaveLength(1_000);
  });
});
