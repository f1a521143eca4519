import { CommandUsageError, type Command } from '../../config/index.js';
import { CONFIG_CHECK } from './config-check.command.js';
import { DEAD_LETTERS_DISCARD } from './dead-letters-discard.command.js';
import { DEAD_LETTERS_LS } from './dead-letters-ls.command.js';
import { DEAD_LETTERS_REDRIVE } from './dead-letters-redrive.command.js';
import { DEAD_LETTERS_SHOW } from './dead-letters-show.command.js';
import { TOPICS_APPLY } from './topics-apply.command.js';
import { TOPICS_PLAN } from './topics-plan.command.js';

/** Those that every deployment has, in the order of the help. */
const COMMANDS: readonly Command[] = [
  DEAD_LETTERS_LS,
  DEAD_LETTERS_SHOW,
  DEAD_LETTERS_REDRIVE,
  DEAD_LETTERS_DISCARD,
  TOPICS_PLAN,
  TOPICS_APPLY,
  CONFIG_CHECK,
];

/** Every command, those that consumers bring last. Throws when two have the same words. */
export function commandsWith(brought: readonly Command[]): readonly Command[] {
  const all = [...COMMANDS, ...brought];
  const names = new Set<string>();
  for (const { name } of all) {
    if (names.has(name)) throw new CommandUsageError(`two commands are called "${name}"`);
    names.add(name);
  }
  return all;
}
