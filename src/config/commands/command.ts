import type { HandlerDescription } from '../../record/index.js';
import type { Settings } from '../settings.js';
import type { CommandOptions } from './command-options.js';

/** One option of a command, as `--name` or `--name <value>`. */
export interface OptionDefinition {
  /** What stands for the value in the help; absent for an option that is only there or not. */
  readonly value?: string;
  /** May be given several times. */
  readonly multiple?: boolean;
  readonly describes: string;
}

/** Where a command's answer goes. What it says meanwhile goes to standard error, so that the answer can be piped. */
export interface CommandOutput {
  /** Whether programs read the answer (`--json`): then it is one JSON value and nothing else. */
  readonly isJson: boolean;
  json(value: unknown): void;
  line(text: string): void;
  table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): void;
  /** Said while it goes on. */
  note(text: string): void;
  /** Replaces the last progress on a terminal; elsewhere it is said now and then. */
  progress(text: string): void;
}

export interface CommandCall {
  readonly parameters: readonly string[];
  readonly options: CommandOptions;
  readonly settings: Settings;
  readonly output: CommandOutput;
  /** Aborted by the first SIGINT or SIGTERM: what is under way is brought to its end, and nothing more is begun. */
  readonly signal: AbortSignal;
  /** The handlers of the enabled consumers. They are described, and none runs. */
  handlers(): Promise<readonly HandlerDescription[]>;
  /** A provider of the application, whose consumers are not started. */
  resolve<Provider>(type: abstract new (...parameters: never[]) => Provider): Promise<Provider>;
  /**
   * True when the operator agrees, or `--yes` does. Ends the command with exit code 2 where nobody can be asked.
   */
  confirm(question: string): Promise<boolean>;
}

/** A command of the operator's command line. */
export interface CommandDefinition {
  /** Its words: `dead-letters ls`. */
  readonly name: string;
  readonly describes: string;
  /** Its parameters as the help shows them: `<topic> [<partition>:<offset>]`. */
  readonly parameters?: string;
  /** How many parameters it takes, none unless it is given. */
  readonly takes?: { readonly least: number; readonly most: number };
  /** Beside `--json` and `--help`, which every command has, and `--yes`, which every one that writes has. */
  readonly options?: Readonly<Record<string, OptionDefinition>>;
  /** Whether it changes anything: then it asks before. */
  readonly writes: boolean;
  /** Resolves with the exit code: 0, or 1 for a check that failed or work that is not done. */
  run(call: CommandCall): Promise<number>;
}

export type Command = CommandDefinition;

const commands = new WeakSet<object>();

export function defineCommand(definition: CommandDefinition): Command {
  const command = Object.freeze({ ...definition });
  commands.add(command);
  return command;
}

/** Tells a command among a module's exports: consumers' folders may bring their own, in `<name>.command.ts`. */
export function isCommand(value: unknown): value is Command {
  return typeof value === 'object' && value !== null && commands.has(value);
}
