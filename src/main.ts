import { ConfigurationError, loadSettings, readEnvironment } from './config/index.js';
import { discoverConsumers } from './discover-consumers.js';
import { HandlerDeclarationError } from './kafka/index.js';
import { createService, type Service } from './service.js';

const EXIT_UNFINISHED = 1;
const EXIT_CONFIGURATION = 2;

async function start(): Promise<Service> {
  const consumers = await discoverConsumers([new URL('./consumers/', import.meta.url)]);
  const declarations = consumers.map(({ declaration }) => declaration);
  const { settings, warnings } = loadSettings(readEnvironment(), declarations);
  return createService({ consumers, settings, warnings });
}

/** The first signal drains, the second ends at once. */
function stopOnSignals(service: Service): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(EXIT_UNFINISHED);
    isStopping = true;
    service.stop().then(
      (drained) => process.exit(drained ? 0 : EXIT_UNFINISHED),
      () => process.exit(EXIT_UNFINISHED),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

try {
  stopOnSignals(await start());
} catch (error) {
  const isConfiguration =
    error instanceof ConfigurationError || error instanceof HandlerDeclarationError;
  process.stderr.write(`${isConfiguration ? error.message : describe(error)}\n`);
  process.exit(isConfiguration ? EXIT_CONFIGURATION : EXIT_UNFINISHED);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
