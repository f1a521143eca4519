import { readFileSync } from 'node:fs';
import { ConfigurationProblems } from '../configuration.errors.js';
import {
  aliasesFor,
  judgeUnknownKeys,
  SettingReader,
  SuppliedTexts,
  supplyAliases,
  supplySecretFiles,
  type Environment,
  type ReadFile,
} from '../environment/index.js';
import {
  CONSUMER_FAILURE_KEYS,
  CONSUMER_SOURCE_KEYS,
  KAFKA_CONNECTION_KEYS,
  KAFKA_CONSUMPTION_KEYS,
  keysOf,
  keyTable,
  SERVICE_KEYS,
  STORE_KEYS,
  type ConfigKey,
  type ConsumerDeclaration,
} from '../keys/index.js';
import type { ConsumerSettings, Settings } from '../settings.js';
import { assembleSettings, consumerSettings, type SettingValues } from './assemble.js';
import { checkConnection, checkTimings } from './connection-rules.js';
import {
  checkDeclarations,
  checkRequired,
  checkRetryTimings,
  configuredTopics,
  enabledConsumers,
  idempotencyWarnings,
  topicsInPlace,
  type DeclaredConsumer,
} from './consumer-rules.js';
import { deepFreeze } from './deep-freeze.js';

/** What the settings depend on beside the environment. */
export interface Surroundings {
  readonly readFile: ReadFile;
  readonly isTerminal: boolean;
}

export interface LoadResult {
  readonly settings: Settings;
  /** What may be a mistake, one line each; keys, never values. */
  readonly warnings: readonly string[];
}

/** Reads the whole environment once. Throws `ConfigurationError` with every problem at once. */
export function loadSettings(
  environment: Environment,
  consumers: readonly ConsumerDeclaration[],
  given: Partial<Surroundings> = {},
): LoadResult {
  const surroundings = { readFile, isTerminal: process.stdout.isTTY === true, ...given };
  const problems = new ConfigurationProblems();
  const table = keyTable(consumers);
  checkDeclarations(consumers, table, problems);
  problems.throwIfAny();

  const texts = new SuppliedTexts(environment);
  const setKeys = texts.keys();
  const aliases = aliasesFor(consumers);
  supplyAliases(texts, aliases, problems);
  const secrets = table.filter(({ secret }) => secret);
  supplySecretFiles(texts, secrets, surroundings.readFile, problems);

  const reader = new SettingReader(texts, problems);
  const values = readValues(reader);
  const read = readConsumers(values.service.consumers, consumers, reader, problems);
  const warnings = checkConnection(values.connection, problems, surroundings.readFile);
  checkTimings(values.consumption, problems);
  checkRequired(read, texts, problems);
  warnings.push(...idempotencyWarnings(values.stores.idempotencyTtlMs));
  warnings.push(...withoutEffect(table, texts));
  warnings.push(...judgeUnknownKeys(setKeys, { table, aliases, consumers }, problems));
  problems.throwIfAny();

  const byName = new Map(read.map(([, settings]) => [settings.name, settings]));
  return {
    settings: deepFreeze(assembleSettings(values, byName, surroundings.isTerminal)),
    warnings,
  };
}

function withoutEffect(table: readonly ConfigKey[], texts: SuppliedTexts): readonly string[] {
  return table
    .filter(({ key, inEffect }) => !inEffect && texts.has(key))
    .map(({ key }) => `${key} is set but has no effect in this version`);
}

function readValues(reader: SettingReader): SettingValues {
  return {
    service: reader.readAll(SERVICE_KEYS),
    connection: reader.readAll(KAFKA_CONNECTION_KEYS),
    consumption: reader.readAll(KAFKA_CONSUMPTION_KEYS),
    stores: reader.readAll(STORE_KEYS),
  };
}

function readConsumers(
  wanted: readonly string[] | undefined,
  consumers: readonly ConsumerDeclaration[],
  reader: SettingReader,
  problems: ConfigurationProblems,
): readonly DeclaredConsumer[] {
  const enabled = enabledConsumers(wanted, consumers, problems);
  return consumers.map((declaration) => {
    const isEnabled = enabled.has(declaration.name);
    return [declaration, readConsumer(declaration, isEnabled, reader, problems)];
  });
}

function readFile(path: string): string {
  return readFileSync(path, 'utf8');
}

function readConsumer(
  declaration: ConsumerDeclaration,
  isEnabled: boolean,
  reader: SettingReader,
  problems: ConfigurationProblems,
): ConsumerSettings {
  const { name, keys, produces } = declaration;
  const values = {
    ...reader.readAll(keysOf(name, CONSUMER_SOURCE_KEYS)),
    ...reader.readAll(keysOf(name, CONSUMER_FAILURE_KEYS)),
  };
  const own = Object.fromEntries(keys.map((key) => [key.key, reader.read(key)]));
  const outputTopics =
    produces.length === 0 ? undefined : produces.map(({ key }) => own[key] as string);
  const given = configuredTopics(name, values, problems);
  const isOwnWrong = problems.includes(...keys.map(({ key }) => key));
  const topics = isOwnWrong ? given : topicsInPlace(declaration, own, given, problems);
  const settings = consumerSettings(
    { name, enabled: isEnabled, topics, own, outputTopics },
    values,
  );
  checkRetryTimings(settings, problems);
  return settings;
}
