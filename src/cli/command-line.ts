import { parseArgs, type ParseArgsConfig } from 'node:util';
import {
  CommandOptions,
  CommandUsageError,
  type Command,
  type OptionDefinition,
} from '../config/index.js';

const EVERYWHERE: Readonly<Record<string, OptionDefinition>> = {
  json: { describes: 'answer with JSON, for programs' },
  help: { describes: 'say what the command does and takes' },
};
const WHERE_WRITTEN: Readonly<Record<string, OptionDefinition>> = {
  yes: { describes: 'do not ask' },
};

export interface ParsedCommand {
  readonly command: Command;
  readonly parameters: readonly string[];
  readonly options: CommandOptions;
}

/** Finds the command and reads its options. Undefined when only help is asked for. */
export function parseCommandLine(
  words: readonly string[],
  commands: readonly Command[],
): ParsedCommand | undefined {
  const command = commands
    .filter(({ name }) => startsWith(words, name.split(' ')))
    .sort((left, right) => right.name.length - left.name.length)[0];
  if (command === undefined) {
    if (words.length === 0 || words.some((word) => word === '--help' || word === 'help')) {
      return undefined;
    }
    const known = commands.map(({ name }) => name).join(', ');
    throw new CommandUsageError(
      `no such command: ${words.slice(0, 2).join(' ')}. There are: ${known}`,
    );
  }
  const rest = words.slice(command.name.split(' ').length);
  const { values, positionals } = parse(rest, command);
  checkParameters(command, positionals, values['help'] === true);
  return { command, parameters: positionals, options: new CommandOptions(values) };
}

export function optionsOf(command: Command): Readonly<Record<string, OptionDefinition>> {
  return { ...command.options, ...(command.writes ? WHERE_WRITTEN : {}), ...EVERYWHERE };
}

function startsWith(words: readonly string[], name: readonly string[]): boolean {
  return name.every((word, index) => words[index] === word);
}

type Parsed = {
  values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  positionals: string[];
};

function parse(words: readonly string[], command: Command): Parsed {
  const options = Object.fromEntries(
    Object.entries(optionsOf(command)).map(([name, { value, multiple = false }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', multiple },
    ]),
  ) as NonNullable<ParseArgsConfig['options']>;
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's message names the option and what is wrong with it.
    throw new CommandUsageError(
      `${command.name}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

function checkParameters(command: Command, given: readonly string[], isHelp: boolean): void {
  const { least, most } = command.takes ?? { least: 0, most: 0 };
  if (isHelp || (given.length >= least && given.length <= most)) return;
  const usage = command.parameters === undefined ? 'no parameters' : command.parameters;
  throw new CommandUsageError(`${command.name} takes ${usage}`);
}
