import { loadSettings, readEnvironment } from '../config/index.js';
import { discoverConsumers } from '../discover-consumers.js';
import { createInspection } from '../inspection.js';
import { commandsWith } from './commands/index.js';
import { runCommand } from './run-command.js';
import { askOnTerminal } from './terminal/index.js';

const EXIT_UNFINISHED = 1;

const cancelled = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (cancelled.signal.aborted) process.exit(EXIT_UNFINISHED);
    cancelled.abort();
  });
}

const consumers = await discoverConsumers([new URL('../consumers/', import.meta.url)]);

const code = await runCommand({
  words: process.argv.slice(2),
  commands: commandsWith(consumers.flatMap(({ commands }) => commands)),
  streams: {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
  },
  ask: askOnTerminal(),
  signal: cancelled.signal,
  loadSettings: () =>
    loadSettings(
      readEnvironment(),
      consumers.map(({ declaration }) => declaration),
    ),
  createApplication: (settings) => createInspection(consumers, settings),
});

// Written to a pipe, an answer may still be on its way; exit would cut it off.
process.stdout.write('', () => process.exit(code));
