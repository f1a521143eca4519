export {
  defineCommand,
  isCommand,
  type Command,
  type CommandCall,
  type CommandDefinition,
  type CommandOutput,
  type OptionDefinition,
} from './command.js';
export { CommandUsageError } from './command.errors.js';
export { CommandOptions } from './command-options.js';
