import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildService } from '../stack/build.mjs';
import { installMissing } from '../stack/install.mjs';
import { findJava, KafkaBroker } from '../stack/kafka/index.mjs';
import { outliveClosedOutput, report, say, step } from '../stack/progress.mjs';
import { EndRequests } from '../stack/system/end-requests.mjs';
import { readCommandLine } from './command-line.mjs';
import { compare } from './comparison.mjs';
import { preload } from './preload.mjs';
import { profileText, profilingOptions } from './profiling.mjs';
import { textOf, writeResults } from './report.mjs';
import { runRounds } from './rounds.mjs';
import { Stores } from './stores.mjs';

const requests = new EndRequests();
const { signal } = requests;
const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
chmodSync(folder, 0o755); // root starts PostgreSQL as another account
const stores = new Stores(folder, { tell: say, signal });
const broker = new KafkaBroker({ folder: join(folder, 'kafka'), tell: say, signal });

async function preloadTopics(workloads, size) {
  const wanted = workloads.flatMap(({ arms, parameters: { partitions } }) =>
    arms
      .filter(({ perSecond }) => perSecond === undefined)
      .map(({ [size]: total, repeatRate }) => ({ partitions, total, repeatRate })),
  );
  const distinct = new Map(wanted.map((topic) => [JSON.stringify(topic), topic]));
  for (const topic of distinct.values()) {
    const what = `preloading ${topic.total} records into ${topic.partitions} partitions`;
    await step(what, () => preload(broker.address, { ...topic, signal }));
  }
}

async function measure(workloads, { size, rounds, nodeOptions, stores: found }) {
  const parts = [];
  for (const workload of workloads) {
    const runs = await runRounds(workload, {
      address: broker.address,
      size,
      rounds: rounds ?? workload.rounds[size],
      nodeOptions,
      stores: found,
      tell: say,
      signal,
    });
    const part = { workload, runs, comparison: compare(workload, runs, size) };
    process.stdout.write(`\n${textOf(part)}\n\n`);
    parts.push(part);
  }
  return parts;
}

async function run() {
  const { size, rounds, profile, workloads } = readCommandLine(process.argv.slice(2));
  const startedAt = new Date();
  await findJava();
  await installMissing({ signal });
  signal.throwIfAborted();
  await buildService();
  await step('starting Apache Kafka', () => broker.start());
  await preloadTopics(workloads, size);
  const found = await stores.start(workloads);
  const nodeOptions = profile ? profilingOptions() : [];
  const parts = await measure(workloads, { size, rounds, nodeOptions, stores: found });
  if (profile) process.stdout.write(`${profileText()}\n\n`);
  process.stdout.write(`results: ${writeResults({ size, startedAt, parts })}\n`);
  const holds = parts.every(
    ({ comparison }) =>
      comparison.faults.length === 0 && comparison.ratios.every((ratio) => ratio.holds),
  );
  return holds ? 0 : 1;
}

requests.onAgain(() => {
  void broker
    .kill()
    .catch(() => undefined) // it was not started yet, or has ended already
    .then(() => process.exit(1));
});
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
outliveClosedOutput();
const code = await run().catch(report);
await Promise.all([broker, stores].map((each) => each.stop().catch(report)));
process.exit(code);
