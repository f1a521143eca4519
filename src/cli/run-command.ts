import {
  CommandUsageError,
  ConfigurationError,
  type Command,
  type CommandCall,
  type Settings,
} from '../config/index.js';
import { describeError } from '../observability/index.js';
import { MillraceError, type HandlerDescription } from '../record/index.js';
import { parseCommandLine, type ParsedCommand } from './command-line.js';
import { helpOf, overview } from './help.js';
import { confirm, TerminalOutput, type Ask, type Streams } from './terminal/index.js';

const EXIT_UNFINISHED = 1;
const EXIT_USAGE = 2;

/** The application as a command sees it, made when it is first asked for. */
export interface Application {
  readonly handlers: readonly HandlerDescription[];
  get<Provider>(type: abstract new (...parameters: never[]) => Provider): Provider;
  close(): Promise<void>;
}

export interface CommandSurroundings {
  readonly words: readonly string[];
  readonly commands: readonly Command[];
  readonly streams: Streams;
  readonly ask: Ask;
  readonly signal: AbortSignal;
  loadSettings(): { readonly settings: Settings; readonly warnings: readonly string[] };
  createApplication(settings: Settings): Promise<Application>;
}

/** Runs one command to its exit code. Never rejects: what goes wrong is said on standard error. */
export async function runCommand(surroundings: CommandSurroundings): Promise<number> {
  const { streams, words, commands } = surroundings;
  try {
    const parsed = parseCommandLine(words, commands);
    if (parsed === undefined) return answer(streams, overview(commands));
    if (parsed.options.isSet('help')) return answer(streams, helpOf(parsed.command));
    return await runParsed(parsed, surroundings);
  } catch (error) {
    streams.err(`${messageOf(error)}\n`);
    const isUsage = error instanceof CommandUsageError || error instanceof ConfigurationError;
    return isUsage ? EXIT_USAGE : EXIT_UNFINISHED;
  }
}

function answer(streams: Streams, text: string): number {
  streams.out(text);
  return 0;
}

async function runParsed(
  { command, parameters, options }: ParsedCommand,
  surroundings: CommandSurroundings,
): Promise<number> {
  const { settings, warnings } = surroundings.loadSettings();
  const output = new TerminalOutput(surroundings.streams, options.isSet('json'));
  for (const warning of warnings) output.note(warning);
  let creating: Promise<Application> | undefined;
  const application = (): Promise<Application> =>
    (creating ??= surroundings.createApplication(settings));
  const call: CommandCall = {
    parameters,
    options,
    settings,
    output,
    signal: surroundings.signal,
    handlers: async () => (await application()).handlers,
    resolve: async (type) => (await application()).get(type),
    confirm: (question) => confirm(surroundings.ask, question, options.isSet('yes')),
  };
  try {
    return await command.run(call);
  } finally {
    await (await creating)?.close();
  }
}

/** Ours say what to change. Another's is told with its class, and without what it may quote. */
function messageOf(error: unknown): string {
  if (error instanceof MillraceError) return error.message;
  const { class: name, message } = describeError(error);
  return `${name}: ${message}`;
}
