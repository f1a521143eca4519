import { register } from 'node:module';
import { buildService } from '../../stack/build.mjs';
import { installMissing } from '../../stack/install.mjs';
import { findJava } from '../../stack/kafka/index.mjs';
import { outliveClosedOutput, report } from '../../stack/progress.mjs';
import { EndRequests } from '../../stack/system/end-requests.mjs';

async function run(requests) {
  await findJava();
  await installMissing({ signal: requests.signal });
  requests.signal.throwIfAborted();
  await buildService();
  register('../faults/typescript-hooks.mjs', import.meta.url);
  const { main } = await import('./main.ts');
  return main(process.argv.slice(2), requests);
}

outliveClosedOutput();
const code = await run(new EndRequests()).catch(report);
process.exit(code);
