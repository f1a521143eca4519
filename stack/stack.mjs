import { installMissing } from './install.mjs';
import { findJava } from './kafka/index.mjs';
import { outliveClosedOutput, report, say } from './progress.mjs';
import { homeFolder, StackError } from './project.mjs';
import { endOrphanedServices } from './service/index.mjs';
import { EmbeddedStores } from './stores/index.mjs';
import { EndRequests } from './system/end-requests.mjs';

const USAGE = 'Usage: npm run stack -- up | down | status [--json]';
const COMMANDS = { up, down, status };

async function up(home, signal) {
  await findJava();
  await installMissing({ signal });
  await endOrphanedServices(home);
  const stores = new EmbeddedStores({ home, signal });
  await stores.open({ keep: true, redis: true }).catch(async (error) => {
    await stores.release();
    throw error;
  });
  return stores.addresses();
}

async function down(home) {
  await endOrphanedServices(home);
  const stores = new EmbeddedStores({ home });
  const users = await stores.release();
  for (const { pid } of users) say(`process ${pid} still uses the stores: they stop when it ends`);
  return stores.addresses();
}

async function status(home) {
  return new EmbeddedStores({ home }).addresses();
}

function print(addresses, asJson) {
  if (asJson) {
    process.stdout.write(`${JSON.stringify(addresses)}\n`);
    return;
  }
  const names = {
    kafka: 'Kafka',
    postgres: 'PostgreSQL',
    redis: 'Redis',
    analyticsApi: 'analytics API',
    rawZone: 'raw zone',
  };
  for (const [key, address] of Object.entries(addresses)) {
    process.stdout.write(`${names[key].padEnd(14)} ${address ?? 'not running'}\n`);
  }
}

async function main() {
  const [name, ...options] = process.argv.slice(2);
  const unknown = options.filter((option) => option !== '--json');
  if (!Object.hasOwn(COMMANDS, name ?? '') || unknown.length > 0)
    throw new StackError(USAGE, { exitCode: 2 });
  const requests = new EndRequests();
  requests.onAgain(() => process.exit(1));
  print(await COMMANDS[name](homeFolder(), requests.signal), options.includes('--json'));
  return 0;
}

outliveClosedOutput();
process.exit(await main().catch(report));
