import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildService } from './build.mjs';
import { withoutServiceSettings } from './demo/environment.mjs';
import { installMissing } from './install.mjs';
import { findJava } from './kafka/index.mjs';
import { outliveClosedOutput, report, say } from './progress.mjs';
import { StackError } from './project.mjs';
import { loadSampleSets } from './samples/index.mjs';
import { EmbeddedStores } from './stores/index.mjs';
import { EndRequests } from './system/end-requests.mjs';
import { processesWithArgument, signalProcess } from './system/processes.mjs';
import { runJest } from './testing/jest-run.mjs';
import { lanesFor, needStores } from './testing/lanes.mjs';
import { summaryOf, tallyOf } from './testing/tally.mjs';

const parameters = process.argv.slice(2);
const requests = new EndRequests();
const { signal } = requests;
const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
chmodSync(folder, 0o755); // root starts PostgreSQL as another account
const ownStores = join(folder, 'own');
const stores = new EmbeddedStores({ home: join(folder, 'shared'), signal, durable: false });

/** What specs read; test/support/stack.ts is their typed access to it. */
async function testEnvironment() {
  const addresses = needStores(parameters) ? await openStores() : {};
  return {
    ...withoutServiceSettings(process.env, await loadSampleSets({})),
    // jest would set "test", and kafkajs then retries with delays of its own for its own tests.
    NODE_ENV: 'development',
    MILLRACE_TEST_FOLDER: ownStores,
    ...(addresses.kafka ? { MILLRACE_TEST_KAFKA: addresses.kafka } : {}),
    ...(addresses.postgres ? { MILLRACE_TEST_POSTGRES: addresses.postgres } : {}),
    ...redisEnvironment(addresses),
  };
}

async function openStores() {
  await stores.open({ redis: true });
  const addresses = await stores.addresses();
  const { redisReason } = stores;
  if (redisReason !== undefined && process.env.REQUIRE_REDIS === '1')
    throw new StackError(`REQUIRE_REDIS=1, and there is ${redisReason}`);
  return addresses;
}

/** A Redis of the caller's is used instead of ours, but for specs that kill or flush their own. */
function redisEnvironment({ redis }) {
  const address = process.env.REDIS_URL || redis;
  return {
    ...(address ? { MILLRACE_TEST_REDIS: address } : {}),
    ...(stores.redisReason ? { MILLRACE_TEST_NO_REDIS: stores.redisReason } : {}),
  };
}

async function run() {
  if (needStores(parameters)) await findJava();
  await installMissing({ signal });
  signal.throwIfAborted();
  await buildService();
  mkdirSync(ownStores);
  const environment = await testEnvironment();
  const runs = [];
  for (const lane of lanesFor(parameters)) {
    const reportFile = join(folder, `report-${runs.length}.json`);
    runs.push(await runJest(lane.parameters, { environment, reportFile, signal }));
  }
  return tallyOf(runs);
}

/** Stores that a spec started and did not stop are known by their folder. */
function endLeftovers() {
  const left = processesWithArgument(`${ownStores}/`, { prefix: true });
  if (left.length > 0) say(`ending ${left.length} processes that specs left behind`);
  for (const pid of left) signalProcess(pid, 'SIGKILL');
}

async function finish(result) {
  endLeftovers();
  if (stores.dataFolder !== undefined) await stores.close();
  if (result instanceof Error) return report(result);
  process.stdout.write(`${summaryOf(result)}\n`);
  return result.failed.length === 0 ? 0 : 1;
}

requests.onAgain(() => {
  endLeftovers();
  void stores
    .closeAtOnce()
    .catch(report)
    .then(() => process.exit(1));
});
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
outliveClosedOutput();
const result = await run().catch((error) =>
  error instanceof Error ? error : new Error(String(error)),
);
process.exit(await finish(result).catch(report));
