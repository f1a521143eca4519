import type { ConfigurationProblems } from '../configuration.errors.js';
import { consumerPrefix, type ConfigKey, type ConsumerDeclaration } from '../keys/index.js';
import type { Alias } from './aliases.js';
import { nearest } from './edit-distance.js';
import { fileKeyOf } from './secret-files.js';

export interface KnownNames {
  readonly table: readonly ConfigKey[];
  readonly aliases: readonly Alias[];
  readonly consumers: readonly ConsumerDeclaration[];
}

/**
 * Looks at the keys that begin like ours and that nothing reads: one that is close to a key of ours is a problem, for
 * a typo must not silently leave a default in force; any other is a warning. The rest of the environment is not ours.
 */
export function judgeUnknownKeys(
  keys: readonly string[],
  { table, aliases, consumers }: KnownNames,
  problems: ConfigurationProblems,
): string[] {
  const known = new Set(
    table.flatMap(({ key, secret }) => (secret ? [key, fileKeyOf(key)] : [key])),
  );
  const accepted = new Set([...known, ...aliases.flatMap(({ names }) => names)]);
  const prefixes = ['KAFKA_', 'OPS_', ...consumers.map(({ name }) => consumerPrefix(name))];
  const warnings: string[] = [];
  for (const key of keys) {
    const prefix = prefixes.find((candidate) => key.startsWith(candidate));
    if (prefix === undefined || accepted.has(key) || isInjectedByKubernetes(key)) continue;
    const meant = nearest(key, known, toleratedChanges(key.length - prefix.length));
    if (meant !== undefined) problems.add(key, `not a known key; did you mean ${meant}?`);
    else warnings.push(`${key}: not a known key, ignored`);
  }
  return warnings;
}

/** Kubernetes sets these for every service of the namespace; one may be called `kafka` or `orders`. */
function isInjectedByKubernetes(key: string): boolean {
  return /_SERVICE_|_PORT$|_PORT_/.test(key);
}

/** How many changes still look like a typo, by the length of what follows the prefix. */
function toleratedChanges(length: number): number {
  if (length < 6) return 1;
  return length < 14 ? 2 : 3;
}
