import type { Command } from '../../config/index.js';
import { CONFIG_CHECK } from './config-check.command.js';
import { DEAD_LETTERS_DISCARD } from './dead-letters-discard.command.js';
import { DEAD_LETTERS_LS } from './dead-letters-ls.command.js';
import { DEAD_LETTERS_REDRIVE } from './dead-letters-redrive.command.js';
import { DEAD_LETTERS_SHOW } from './dead-letters-show.command.js';
import { TOPICS_APPLY } from './topics-apply.command.js';
import { TOPICS_PLAN } from './topics-plan.command.js';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  DEAD_LETTERS_LS,
  DEAD_LETTERS_SHOW,
  DEAD_LETTERS_REDRIVE,
  DEAD_LETTERS_DISCARD,
  TOPICS_PLAN,
  TOPICS_APPLY,
  CONFIG_CHECK,
];
