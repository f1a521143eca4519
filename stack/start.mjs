import { buildService } from './build.mjs';
import { installMissing } from './install.mjs';
import { findJava } from './kafka/index.mjs';
import { outliveClosedOutput, report, say } from './progress.mjs';
import { homeFolder, Interrupted } from './project.mjs';
import { createSourceTopics, loadSampleSets, publishSamplesOnce } from './samples/index.mjs';
import {
  becomesReady,
  chooseHttpAddress,
  embeddedEnvironment,
  endOrphanedServices,
  hasOwnBroker,
  noteService,
  ServiceProcess,
  urlOf,
} from './service/index.mjs';
import { EmbeddedStores } from './stores/index.mjs';
import { EndRequests } from './system/end-requests.mjs';

const home = homeFolder();
const requests = new EndRequests();
const embedded = !hasOwnBroker();
const stores = embedded ? new EmbeddedStores({ home, signal: requests.signal }) : undefined;
/** @type {ServiceProcess | undefined} */
let service;

async function prepare() {
  if (embedded) await findJava();
  await installMissing({ signal: requests.signal });
  requests.signal.throwIfAborted();
  await buildService();
  requests.signal.throwIfAborted();
  await endOrphanedServices(home);
}

/** Brings up what the service needs and gives its environment. */
async function openStores(sets) {
  if (stores === undefined) return process.env;
  await stores.open();
  const addresses = await stores.addresses();
  await createSourceTopics(
    addresses.kafka,
    sets.flatMap((set) => set.topics),
  );
  return embeddedEnvironment(process.env, addresses, say);
}

async function startService(environment) {
  const address = await chooseHttpAddress(environment, say);
  requests.signal.throwIfAborted();
  service = new ServiceProcess({ environment: { ...environment, PORT: address.port } });
  await noteService(home, service.pid);
  return urlOf(address);
}

async function announce(url, environment, sets) {
  const lines = [`health      ${url}/health`, `ready       ${url}/readyz`];
  if (stores !== undefined) {
    lines.push(
      `Kafka       ${environment.KAFKA_BROKERS}`,
      `PostgreSQL  ${environment.DATABASE_URL}`,
      `raw zone    ${environment.RAW_ZONE_URL}`,
      `analytics   ${environment.ANALYTICS_API_BASE_URL} (a stand-in; /_control shows what it accepted)`,
    );
    lines.push(`data        ${stores.dataFolder}`);
    const published = await publishSamplesOnce(environment.KAFKA_BROKERS, sets, stores.dataFolder);
    const events = sets
      .filter(({ isPublished }) => isPublished)
      .map((set) => `${set.samples.length} to ${set.topics.join(', ')}`)
      .join('; ');
    lines.push(
      `samples     ${published ? `published ${events}` : 'published before, on this data folder'}`,
    );
  }
  say(
    ['', 'Millrace is running.', ...lines.map((line) => `  ${line}`), 'Ctrl-C ends it.', ''].join(
      '\n',
    ),
  );
}

async function run() {
  await prepare();
  const sets = await loadSampleSets();
  const environment = await openStores(sets);
  const url = await startService(environment);
  if (await becomesReady(service, { url, signal: requests.signal, tell: say }))
    await announce(url, environment, sets);
  await Promise.race([service.ended, aborted(requests.signal)]);
}

/** Resolves when we are asked to end. */
function aborted(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The service first, so that it drains against living stores; then the stores. */
async function finish(failure) {
  if (requests.signal.aborted && service?.isRunning)
    say('\nstopping: the service drains (Ctrl-C again ends everything at once) …');
  const code = await service?.end(requests.name);
  if (stores?.dataFolder !== undefined) {
    say('stopping the stores …');
    await stores.close();
  }
  if (failure !== undefined && !(failure instanceof Interrupted)) return report(failure);
  if (service !== undefined && !requests.signal.aborted)
    say(`the service ended with exit code ${code}`);
  return code ?? 0;
}

requests.onAgain(() => {
  say('ending everything at once');
  service?.kill();
  const atOnce = stores?.closeAtOnce() ?? Promise.resolve();
  void atOnce.catch(report).then(() => process.exit(1));
});
outliveClosedOutput();
const failure = await run().then(
  () => undefined,
  (error) => error,
);
process.exit(await finish(failure).catch(report));
