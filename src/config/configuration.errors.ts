import { MillraceError } from '../record/index.js';

/** One wrong key and what is expected of it. Never the value it has. */
export interface ConfigurationProblem {
  readonly key: string;
  readonly expected: string;
}

/** Every wrong key of the environment at once, one line each. Keys and expectations only, never a value. */
export class ConfigurationError extends MillraceError {
  readonly code = 'CONFIGURATION';
  readonly retriable = false;

  constructor(readonly problems: readonly ConfigurationProblem[]) {
    const count = problems.length === 1 ? '1 key' : `${problems.length} keys`;
    const lines = problems.map(({ key, expected }) => `  ${key}: ${expected}`);
    super([`wrong configuration (${count})`, ...lines].join('\n'));
  }
}

/** Collects problems, one per key: the first thing that is wrong with a key is the one that is told. */
export class ConfigurationProblems {
  readonly #byKey = new Map<string, ConfigurationProblem>();

  /** `label` is how the key is named in the message, when it was set under another name. */
  add(key: string, expected: string, label = key): void {
    if (!this.#byKey.has(key)) this.#byKey.set(key, { key: label, expected });
  }

  /** Whether any of these keys is already known to be wrong, so that no rule blames it twice. */
  includes(...keys: readonly string[]): boolean {
    return keys.some((key) => this.#byKey.has(key));
  }

  throwIfAny(): void {
    if (this.#byKey.size > 0) throw new ConfigurationError([...this.#byKey.values()]);
  }
}
