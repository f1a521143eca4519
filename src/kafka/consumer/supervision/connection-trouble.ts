/** What the broker says and an operator cannot be expected to understand. */
const IN_WORDS: Readonly<Record<string, string>> = {
  INCONSISTENT_GROUP_PROTOCOL:
    'the group has a member of another kind, for example a Java consumer with its default assignors, and the broker ' +
    'finds no assignor that all have: stop that member, let it offer RoundRobinAssigner of kafkajs, or use a group id ' +
    'of its own',
};

interface Trouble {
  readonly message?: string;
  readonly type?: string;
  readonly cause?: unknown;
}

/** kafkajs wraps what happened in what it did about it; the innermost is what an operator needs. */
export function wordsOf(error: unknown): string {
  let innermost = error as Trouble;
  while (typeof innermost?.cause === 'object' && innermost.cause !== null) {
    innermost = innermost.cause;
  }
  return IN_WORDS[innermost?.type ?? ''] ?? (innermost?.message || String(error));
}
