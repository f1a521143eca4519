import { commandsWith } from '../../src/cli/commands/index.js';
import { runCommand } from '../../src/cli/run-command.js';
import { loadSettings } from '../../src/config/index.js';
import type { DiscoveredConsumer } from '../../src/discover-consumers.js';
import { createInspection } from '../../src/inspection.js';
import { sharedBroker } from './test-kafka.js';

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Circumstances {
  readonly environment?: Record<string, string>;
  readonly consumers?: readonly DiscoveredConsumer[];
  readonly answer?: string;
}

/** One command of the operator, in the spec's process, on the shared broker. */
export async function millrace(
  words: readonly string[],
  { environment = {}, consumers = [], answer }: Circumstances = {},
): Promise<Answer> {
  let out = '';
  let err = '';
  const code = await runCommand({
    words,
    commands: commandsWith(consumers.flatMap((consumer) => consumer.commands)),
    streams: { out: (text) => (out += text), err: (text) => (err += text), isTerminal: false },
    ask: answer === undefined ? undefined : () => Promise.resolve(answer),
    signal: new AbortController().signal,
    loadSettings: () =>
      loadSettings(
        { KAFKA_BROKERS: sharedBroker(), KAFKA_AUTO_CREATE_TOPICS: 'true', ...environment },
        consumers.map(({ declaration }) => declaration),
      ),
    createApplication: (settings) => createInspection(consumers, settings),
  });
  return { code, out, err };
}
