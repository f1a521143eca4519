import type { ConfigurationProblems } from '../configuration.errors.js';
import type { ConfigKey, ConfigKeys, ValuesOf } from '../keys/index.js';
import { Refusal } from '../parsing/index.js';
import type { SuppliedTexts } from './supplied-texts.js';

/**
 * Reads values out of texts, and puts down what is wrong instead of stopping at it. After a problem the values are
 * not to be used: `problems.throwIfAny()` stands before the first use.
 */
export class SettingReader {
  constructor(
    private readonly texts: SuppliedTexts,
    private readonly problems: ConfigurationProblems,
  ) {}

  read<Value>(key: ConfigKey<Value>): Value {
    const given = this.texts.get(key.key);
    const text = given ?? key.default;
    if (text === undefined) return undefined as Value;
    const value = key.parse.parse(key.secret ? text : text.trim());
    if (!(value instanceof Refusal)) return value;
    const hint = value.hint === undefined ? '' : ` (${value.hint})`;
    this.problems.add(key.key, `expected ${key.parse.expects}${hint}`, this.texts.label(key.key));
    return undefined as Value;
  }

  readAll<Keys extends ConfigKeys>(keys: Keys): ValuesOf<Keys> {
    const values = Object.entries(keys).map(([name, key]) => [name, this.read(key)]);
    return Object.fromEntries(values) as ValuesOf<Keys>;
  }
}
