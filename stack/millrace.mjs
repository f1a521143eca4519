import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { buildService } from './build.mjs';
import { installMissing } from './install.mjs';
import { outliveClosedOutput, report, silent } from './progress.mjs';
import { homeFolder, PROJECT_FOLDER } from './project.mjs';
import { embeddedEnvironment, hasOwnBroker } from './service/index.mjs';
import { EmbeddedStores } from './stores/index.mjs';

const ENTRY = join(PROJECT_FOLDER, 'dist', 'cli', 'main.js');

/** Without a broker of the user's own, the embedded one, when it runs: `npm start` in another terminal, or `stack up`. */
async function environmentOfCommand() {
  if (hasOwnBroker()) return process.env;
  const addresses = await new EmbeddedStores({ home: homeFolder() }).addresses();
  const { kafka, postgres, analyticsApi } = addresses;
  if ([kafka, postgres, analyticsApi].includes(null)) return process.env;
  return embeddedEnvironment(process.env, addresses, silent);
}

/** A terminal's Ctrl-C reaches the command itself; what only we are sent is passed on. */
function runCommand(environment) {
  const child = spawn(process.execPath, [ENTRY, ...process.argv.slice(2)], {
    env: environment,
    stdio: 'inherit',
  });
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

async function main() {
  await installMissing();
  await buildService();
  return runCommand(await environmentOfCommand());
}

outliveClosedOutput();
process.exit(await main().catch(report));
