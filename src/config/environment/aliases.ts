import type { ConfigurationProblems } from '../configuration.errors.js';
import type { SuppliedTexts } from './supplied-texts.js';

/** Another name of a key, from before this service. */
export interface Alias {
  /** One name; or several, whose texts make a list in this order. */
  readonly names: readonly string[];
  readonly of: string;
  /** Only where this consumer is declared: elsewhere such a general name means something else. */
  readonly onlyWith?: string;
  /** For a list: what stands for a name that is not set. */
  readonly otherwise?: readonly string[];
  /** A bare number is this unit under the old name. */
  readonly bareNumberUnit?: string;
}

const MERGE = 'customer-inventory';

export const ALIASES: readonly Alias[] = [
  { names: ['KAFKA_BOOTSTRAP_SERVERS'], of: 'KAFKA_BROKERS' },
  {
    names: ['KAFKA_CUSTOMER_TOPIC', 'KAFKA_INVENTORY_TOPIC'],
    otherwise: ['customer_data', 'inventory_data'],
    of: 'CUSTOMER_INVENTORY_TOPICS',
    onlyWith: MERGE,
  },
  { names: ['KAFKA_GROUP_ID'], of: 'CUSTOMER_INVENTORY_GROUP_ID', onlyWith: MERGE },
  { names: ['MAX_RETRIES'], of: 'CUSTOMER_INVENTORY_MAX_RETRIES', onlyWith: MERGE },
  {
    names: ['RETRY_BACKOFF_BASE'],
    of: 'CUSTOMER_INVENTORY_RETRY_BACKOFF',
    onlyWith: MERGE,
    bareNumberUnit: 's',
  },
  {
    names: ['RETRY_BACKOFF_MULTIPLIER'],
    of: 'CUSTOMER_INVENTORY_RETRY_BACKOFF_MULTIPLIER',
    onlyWith: MERGE,
  },
  {
    names: ['IDEMPOTENCY_CACHE_TTL'],
    of: 'IDEMPOTENCY_TTL',
    onlyWith: MERGE,
    bareNumberUnit: 's',
  },
];

/** The aliases that mean something when these consumers are declared. */
export function aliasesFor(consumers: readonly { readonly name: string }[]): readonly Alias[] {
  const names = new Set(consumers.map(({ name }) => name));
  return ALIASES.filter(({ onlyWith }) => onlyWith === undefined || names.has(onlyWith));
}

/** Gives each key the text of its alias. A key that is set under both names, differently, is a problem. */
export function supplyAliases(
  texts: SuppliedTexts,
  aliases: readonly Alias[],
  problems: ConfigurationProblems,
): void {
  for (const alias of aliases) {
    const used = alias.names.filter((name) => texts.has(name));
    if (used.length === 0) continue;
    const text = aliasText(texts, alias);
    const name = used.join(' and ');
    const own = texts.get(alias.of);
    if (own !== undefined && own !== text) {
      problems.add(alias.of, `expected to be set once, and ${name} sets it too, differently`);
    } else if (own === undefined) {
      texts.supply(alias.of, text, name);
    }
  }
}

function aliasText(texts: SuppliedTexts, alias: Alias): string {
  const parts = alias.names.map((name, index) => texts.get(name) ?? alias.otherwise?.[index] ?? '');
  const text = parts.join(',').trim();
  const isBareNumber = /^\d+(\.\d+)?$/.test(text);
  return isBareNumber && alias.bareNumberUnit !== undefined ? text + alias.bareNumberUnit : text;
}
