import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildService } from './build.mjs';
import { deadLetterDifferences } from './demo/dead-letters.mjs';
import { effectDifferences } from './demo/effects.mjs';
import { withoutServiceSettings } from './demo/environment.mjs';
import { settledRecords } from './demo/settled.mjs';
import { counterDifferences, tableOf } from './demo/table.mjs';
import { installMissing } from './install.mjs';
import { findJava } from './kafka/index.mjs';
import { outliveClosedOutput, report, say, step } from './progress.mjs';
import { StackError } from './project.mjs';
import {
  createSourceTopics,
  expectationsOf,
  loadSampleSets,
  publishSamples,
} from './samples/index.mjs';
import { becomesReady, embeddedEnvironment, ServiceProcess, urlOf } from './service/index.mjs';
import { EmbeddedStores } from './stores/index.mjs';
import { lastLines } from './system/detached.mjs';
import { EndRequests } from './system/end-requests.mjs';
import { freePorts } from './system/ports.mjs';

const READY_TIMEOUT_MS = 120_000;
const SHOWN = 10;

const requests = new EndRequests();
const { signal } = requests;
const folder = mkdtempSync(join(tmpdir(), 'millrace-demo-'));
chmodSync(folder, 0o755); // root starts PostgreSQL as another account
const logFile = join(folder, 'service.log');
const stores = new EmbeddedStores({ home: folder, signal });
/** @type {ServiceProcess | undefined} */
let service;

async function startEverything(sets) {
  await stores.open();
  const addresses = await stores.addresses();
  await createSourceTopics(
    addresses.kafka,
    sets.flatMap((set) => set.topics),
  );
  const address = { host: '127.0.0.1', port: String((await freePorts(1))[0]) };
  const settings = withoutServiceSettings(process.env, sets);
  const environment = {
    ...embeddedEnvironment(settings, addresses, say),
    PORT: address.port,
    // The last records of a quiet topic are landed after that time: the demo does not wait half a minute for them.
    RAW_ZONE_ROTATE_INTERVAL: '2s',
  };
  signal.throwIfAborted();
  service = new ServiceProcess({ environment, output: openSync(logFile, 'w') });
  const url = urlOf(address);
  await step('starting the service', async () => {
    const isReady = await becomesReady(service, {
      url,
      signal,
      tell: say,
      timeoutMs: READY_TIMEOUT_MS,
    });
    if (!isReady) throw new StackError(`The service ended with exit code ${await service.ended}.`);
  });
  return { url, ...addresses };
}

async function runSamples(sets, { url, kafka }) {
  const published = step('publishing the samples', () => publishSamples(kafka, sets));
  const settling = sets.map(async (set) => {
    const expected = expectationsOf(set.samples);
    const settled = await settledRecords(set.consumer, {
      url,
      received: expected.received,
      signal,
    });
    return { consumer: set.consumer, expected, ...settled };
  });
  const [, ...results] = await Promise.all([published, ...settling]);
  return results;
}

/** Every difference between what is and what the samples must give, under the title of its check. */
async function checksOf(set, result, addresses) {
  const reasons = Object.entries(result.expected.reasons).map(
    ([reason, count]) => `${count} ${reason}`,
  );
  const effects = set.effects.map(async (effect) => ({
    title: `${set.consumer}: ${effect.title} (${effect.rows.length} rows)`,
    differences: await effectDifferences(addresses, effect),
  }));
  return [
    { title: `${set.consumer}: counters`, differences: counterDifferences(result) },
    {
      title: `${set.consumer}: dead letters, byte for byte (${reasons.join(', ') || 'none'})`,
      differences: await deadLetterDifferences(addresses.kafka, set),
    },
    ...(await Promise.all(effects)),
  ];
}

function printChecks(checks) {
  for (const { title, differences } of checks) {
    process.stdout.write(`${differences.length === 0 ? 'ok  ' : 'FAIL'}  ${title}\n`);
    for (const difference of differences.slice(0, SHOWN))
      process.stdout.write(`        ${difference}\n`);
    if (differences.length > SHOWN)
      process.stdout.write(`        and ${differences.length - SHOWN} more\n`);
  }
}

async function run() {
  await findJava();
  await installMissing({ signal });
  signal.throwIfAborted();
  await buildService();
  const sets = await loadSampleSets({});
  const running = await startEverything(sets);
  const results = await runSamples(sets, running);
  const checks = await Promise.all(
    sets.map((set, index) => checksOf(set, results[index], running)),
  );
  process.stdout.write(`\n${tableOf(results)}\n\n`);
  printChecks(checks.flat());
  const failed = checks.flat().filter(({ differences }) => differences.length > 0);
  if (failed.length > 0)
    throw new StackError(`The demo failed: ${failed.length} of ${checks.flat().length} checks.`);
  process.stdout.write(`\nThe demo passed: every sample became what it had to.\n`);
}

async function finish(failure) {
  const code = failure === undefined ? 0 : report(failure);
  const endCode = await service?.end().catch(report);
  if (code === 1 && service !== undefined)
    say(`\nThe service's log, its end:\n${lastLines(readFileSync(logFile, 'utf8'), 40)}`);
  if (stores.dataFolder !== undefined) await stores.close();
  if (code !== 0 || !endCode) return code;
  say(`The service ended with exit code ${endCode} when it was asked to.`);
  return 1;
}

requests.onAgain(() => {
  service?.kill();
  void stores
    .closeAtOnce()
    .catch(report)
    .then(() => process.exit(1));
});
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
outliveClosedOutput();
const failure = await run().then(
  () => undefined,
  (error) => error,
);
process.exit(await finish(failure).catch(report));
