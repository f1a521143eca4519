import { ConfigurationError } from '../configuration.errors.js';
import type { ConfigKey } from './config-key.js';

/** What a consumer's folder tells the configuration about itself. Made by `defineConsumer` alone. */
export interface ConsumerDeclaration {
  /** Its folder's name, in kebab case. */
  readonly name: string;
  /** The keys of the environment that must be set when the consumer is enabled. */
  readonly requires: readonly string[];
  /** The keys it declares itself, beside those that every consumer has. */
  readonly keys: readonly ConfigKey[];
  /** Those of its own keys that name a topic it writes to, which is created like its source. */
  readonly produces: readonly ConfigKey<string>[];
  /** The topics that its own keys, by their names, ask for; absent where its decorators say them. */
  readonly topics?: (own: Readonly<Record<string, unknown>>) => readonly string[];
}

export interface ConsumerDefinition {
  readonly name: string;
  readonly requires?: readonly string[];
  readonly keys?: readonly ConfigKey[];
  /** Keys of its own too; not to be named in `keys` again. */
  readonly produces?: readonly ConfigKey<string>[];
  /** For a consumer that reads whatever topics its own keys ask for, with `topics: 'configured'` of its decorator. */
  readonly topics?: ConsumerDeclaration['topics'];
}

/** Their prefixes or words mean something else already. */
const TAKEN = new Set(['all', 'kafka', 'ops']);

const declarations = new WeakSet<object>();

export function defineConsumer(definition: ConsumerDefinition): ConsumerDeclaration {
  const { name, requires = [], keys = [], produces = [], topics } = definition;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || TAKEN.has(name)) {
    const expected = 'a consumer is named in kebab case, and not all, kafka or ops';
    throw new ConfigurationError([{ key: `consumer ${JSON.stringify(name)}`, expected }]);
  }
  const declaration = Object.freeze({
    name,
    requires: Object.freeze([...requires]),
    keys: Object.freeze([...produces, ...keys]),
    produces: Object.freeze([...produces]),
    ...(topics === undefined ? {} : { topics }),
  });
  declarations.add(declaration);
  return declaration;
}

/** Tells a declaration among a module's exports. */
export function isConsumerDeclaration(value: unknown): value is ConsumerDeclaration {
  return typeof value === 'object' && value !== null && declarations.has(value);
}
