import type { ConfigurationProblems } from '../configuration.errors.js';
import { nearest, type SuppliedTexts } from '../environment/index.js';
import { durationText } from '../parsing/index.js';
import { consumerPrefix, type ConfigKey, type ConsumerDeclaration } from '../keys/index.js';
import type { ConsumerSettings } from '../settings.js';

/** What our dead-letter topics are created with. */
const DEAD_LETTER_RETENTION_MS = 30 * 86_400_000;

export type DeclaredConsumer = readonly [ConsumerDeclaration, ConsumerSettings];

/** The names that `CONSUMERS` enables. A name that no consumer has is a problem that suggests the nearest. */
export function enabledConsumers(
  wanted: readonly string[] | undefined,
  consumers: readonly ConsumerDeclaration[],
  problems: ConfigurationProblems,
): ReadonlySet<string> {
  const names = new Set(consumers.map(({ name }) => name));
  if (wanted === undefined || wanted.includes('all')) return names;
  for (const [index, name] of wanted.entries()) {
    if (names.has(name)) continue;
    const meant = nearest(name, names, 3);
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    const known = ['all', ...names].join(', ');
    problems.add('CONSUMERS', `entry ${index + 1} is no consumer${hint} (known: ${known})`);
  }
  return new Set(wanted.filter((name) => names.has(name)));
}

/** The declared topics' replacements, however they were given. */
export function configuredTopics(
  consumer: string,
  values: { readonly topic?: string; readonly topics?: readonly string[] },
  problems: ConfigurationProblems,
): readonly string[] | undefined {
  if (values.topic !== undefined && values.topics !== undefined) {
    const prefix = consumerPrefix(consumer);
    problems.add(`${prefix}TOPIC`, `expected to be set alone, and ${prefix}TOPICS is set too`);
  }
  return values.topics ?? (values.topic === undefined ? undefined : [values.topic]);
}

/** What the consumer reads: the topics that its own keys ask for, or those given in their places. */
export function topicsInPlace(
  { name, topics }: ConsumerDeclaration,
  own: ConsumerSettings['own'],
  given: readonly string[] | undefined,
  problems: ConfigurationProblems,
): readonly string[] | undefined {
  const wanted = topics?.(own);
  if (wanted === undefined || given === undefined) return given ?? wanted;
  if (given.length !== wanted.length) {
    const expected = `expected one topic in the place of each of ${wanted.join(', ')}`;
    problems.add(`${consumerPrefix(name)}TOPICS`, expected);
  }
  return given;
}

export function checkRetryTimings(
  { name, retryBackoffMs, retryMaxBackoffMs }: ConsumerSettings,
  problems: ConfigurationProblems,
): void {
  if (retryBackoffMs === undefined || retryMaxBackoffMs === undefined) return;
  if (retryBackoffMs <= retryMaxBackoffMs) return;
  const prefix = consumerPrefix(name);
  const expected = `expected to be no longer than ${prefix}RETRY_MAX_BACKOFF`;
  problems.add(`${prefix}RETRY_BACKOFF`, expected);
}

/** What the enabled consumers cannot do without: the keys they require, and the stores their idempotency names. */
export function checkRequired(
  consumers: readonly DeclaredConsumer[],
  texts: SuppliedTexts,
  problems: ConfigurationProblems,
): void {
  const needs = new Map<string, string[]>();
  for (const [declaration, settings] of consumers.filter(([, { enabled }]) => enabled)) {
    for (const key of new Set([...declaration.requires, ...storeKeys(settings)])) {
      needs.set(key, [...(needs.get(key) ?? []), declaration.name]);
    }
  }
  for (const [key, names] of needs) {
    if (texts.has(key)) continue;
    const consumers = names.length === 1 ? 'the consumer' : 'the consumers';
    problems.add(key, `missing; ${consumers} ${names.join(', ')} cannot run without it`);
  }
}

function storeKeys({ idempotency }: ConsumerSettings): readonly string[] {
  switch (idempotency) {
    case 'postgres':
    case 'postgres-lease':
      return ['DATABASE_URL'];
    case 'redis':
      return ['REDIS_URL'];
    default:
      return [];
  }
}

/** A dead letter that is redriven after its message is forgotten runs again, although it may have had its effect. */
export function idempotencyWarnings(ttlMs: number | undefined): readonly string[] {
  if (ttlMs === undefined || ttlMs >= DEAD_LETTER_RETENTION_MS) return [];
  const kept = durationText(DEAD_LETTER_RETENTION_MS);
  return [
    `IDEMPOTENCY_TTL: shorter than dead letters are kept (${kept}): one that is redriven later is not recognised`,
  ];
}

/** Two consumers of one name, or two meanings of one key, are a mistake in the code: no environment can mend it. */
export function checkDeclarations(
  consumers: readonly ConsumerDeclaration[],
  table: readonly ConfigKey[],
  problems: ConfigurationProblems,
): void {
  const once = (key: string, index: number, all: readonly string[]): boolean =>
    all.indexOf(key) === index;
  const names = consumers.map(({ name }) => name);
  for (const name of names.filter((...entry) => !once(...entry))) {
    problems.add(`consumer ${name}`, 'expected to be declared once');
  }
  if (new Set(names).size < names.length) return;
  const keys = table.map(({ key }) => key);
  for (const key of keys.filter((...entry) => !once(...entry))) {
    problems.add(key, 'expected to be declared once');
  }
}
