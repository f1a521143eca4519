import type { Parser } from '../parsing/index.js';

/** What one key of the environment means. The one declaration that reading, messages and documentation come from. */
export interface ConfigKey<Value = unknown> {
  readonly key: string;
  readonly parse: Parser<Value>;
  /** As it would be written in the environment; read by the same parser. */
  readonly default?: string;
  /** Written like `default`, for documentation alone: what the code takes when nothing else is said either. */
  readonly builtIn?: string;
  /** In words, what holds when the key is not set and a value cannot say it. */
  readonly otherwise?: string;
  readonly describes: string;
  /** What a bare number counts: `records`, `records a second`. */
  readonly unit?: string;
  /** Also read from the file that `<KEY>_FILE` names. Follows from the parser. */
  readonly secret: boolean;
  readonly section: string;
  /** False for a key that is read and checked, and that nothing uses in this version. */
  readonly inEffect: boolean;
}

export type ConfigKeys = Readonly<Record<string, ConfigKey>>;

/** The values of a group of keys, under the group's own names. */
export type ValuesOf<Keys extends ConfigKeys> = {
  readonly [Name in keyof Keys]: Keys[Name] extends ConfigKey<infer Value> ? Value : never;
};

export interface ConfigKeyDefinition<Value> {
  readonly parse: Parser<Value>;
  readonly describes: string;
  readonly section: string;
  readonly default?: string;
  readonly builtIn?: string;
  readonly otherwise?: string;
  readonly unit?: string;
  readonly inEffect?: boolean;
}

/** Declares a key. Without a default its value is undefined when it is not set. */
export function configKey<Value>(
  key: string,
  definition: ConfigKeyDefinition<Value> & { readonly default: string },
): ConfigKey<Value>;
export function configKey<Value>(
  key: string,
  definition: ConfigKeyDefinition<Value>,
): ConfigKey<Value | undefined>;
export function configKey<Value>(
  key: string,
  definition: ConfigKeyDefinition<Value>,
): ConfigKey<Value | undefined> {
  const secret = definition.parse.secret === true;
  return Object.freeze({ inEffect: true, ...definition, key, secret });
}
