export {
  CommandOptions,
  CommandUsageError,
  defineCommand,
  isCommand,
  type Command,
  type CommandCall,
  type CommandOutput,
  type OptionDefinition,
} from './commands/index.js';
export { ConfigurationError, type ConfigurationProblem } from './configuration.errors.js';
export { readEnvironment, type Environment } from './environment/index.js';
export {
  configKey,
  consumerPrefix,
  DEFAULT_REDRIVE_LIMIT,
  defineConsumer,
  isConsumerDeclaration,
  type ConfigKey,
  type ConsumerDeclaration,
  type ConsumerDefinition,
} from './keys/index.js';
export { loadSettings, type LoadResult, type Surroundings } from './loading/index.js';
export {
  boolean,
  byteSize,
  decimal,
  duration,
  durationText,
  hostAndPort,
  integer,
  listOf,
  oneOf,
  Refusal,
  secret,
  text,
  textOrOff,
  topicName,
  url,
  type Parser,
  type Range,
} from './parsing/index.js';
export {
  declaredConsumers,
  markdownTable,
  REFERENCE_COMMAND,
  referenceFiles,
  renderConfigurationReference,
  renderEnvExample,
  type ReferenceFile,
} from './reference/index.js';
export { Secret } from './secret.js';
export {
  Settings,
  type ConsumerSettings,
  type KafkaSaslSettings,
  type KafkaSettings,
  type KafkaSslSettings,
} from './settings.js';
export { SettingsModule } from './settings.module.js';
