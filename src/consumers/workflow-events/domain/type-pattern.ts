const ONE = '*';
const REST = '**';

/**
 * Which types of events are meant. A pattern is words with dots between them, like a type. A word stands for itself,
 * `*` for exactly one word, and `**`, which may only stand last, for one word or more. Nothing is a part of a word:
 * `step.fail*` is no pattern. Upper and lower case differ.
 */
export class TypePattern {
  private constructor(private readonly words: readonly string[]) {}

  /** Undefined for a text that is no pattern. */
  static parse(text: string): TypePattern | undefined {
    const words = text.split('.');
    const isRight = words.every(
      (word, index) =>
        word === ONE ||
        (word === REST && index === words.length - 1) ||
        (word.trim() !== '' && !word.includes(ONE)),
    );
    return isRight ? new TypePattern(words) : undefined;
  }

  matches(type: string): boolean {
    const given = type.split('.');
    const { words } = this;
    const isOpen = words.at(-1) === REST;
    if (isOpen ? given.length < words.length : given.length !== words.length) return false;
    return words.every((word, index) => word === ONE || word === REST || word === given[index]);
  }
}
