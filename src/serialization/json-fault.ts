export interface JsonFault {
  readonly kind: string;
  /** Counted in UTF-16 units from 0. */
  readonly position: number;
}

type Expected =
  'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'separator' | 'nothing';

const BLANKS = ' \t\n\r';
const LITERALS = ['true', 'false', 'null'];
const ESCAPES = '"\\/bfnrt';

/**
 * Finds what is wrong with a text that is no JSON, and where: the engine tells the same only by quoting the text.
 * Undefined when it finds nothing. One pass, no recursion; only ever run on a text that was refused already.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  return new JsonFaultFinder(text).find();
}

class JsonFaultFinder {
  #position = 0;
  #expected: Expected = 'value';
  readonly #closers: string[] = [];

  constructor(private readonly text: string) {}

  find(): JsonFault | undefined {
    for (;;) {
      this.#skipBlanks();
      const character = this.text[this.#position];
      if (character === undefined) {
        return this.#expected === 'nothing' ? undefined : this.#fault('the text ends too early');
      }
      const fault = this.#take(character);
      if (fault !== undefined) return fault;
    }
  }

  #take(character: string): JsonFault | undefined {
    switch (this.#expected) {
      case 'nothing':
        return this.#fault('text after the value');
      case 'colon':
        return character === ':' ? this.#step('value') : this.#fault('expected a colon');
      case 'separator':
        return this.#takeSeparator(character);
      case 'name-or-end':
      case 'name':
        if (character === '"') return this.#takeString('colon');
        return this.#takeEnd(character, this.#expected === 'name-or-end');
      case 'value-or-end':
      case 'value':
        if (character === ']') return this.#takeEnd(character, this.#expected === 'value-or-end');
        return this.#takeValue(character);
    }
  }

  #takeValue(character: string): JsonFault | undefined {
    if (character === '{') return this.#open('}', 'name-or-end');
    if (character === '[') return this.#open(']', 'value-or-end');
    if (character === '"') return this.#takeString(this.#afterValue());
    if (character === '-' || isDigit(character)) return this.#takeNumber();
    const rest = this.text.slice(this.#position, this.#position + 5);
    const literal = LITERALS.find((word) => rest.startsWith(word));
    if (literal !== undefined) return this.#step(this.#afterValue(), literal.length);
    const isCutOff = this.#position + rest.length === this.text.length;
    if (isCutOff && LITERALS.some((word) => word.startsWith(rest))) {
      return this.#fault('the text ends too early', this.text.length);
    }
    return this.#fault('expected a value');
  }

  #takeSeparator(character: string): JsonFault | undefined {
    if (character !== ',') return this.#takeEnd(character, true);
    return this.#step(this.#closers.at(-1) === '}' ? 'name' : 'value');
  }

  #takeEnd(character: string, isAllowed: boolean): JsonFault | undefined {
    if (!isAllowed || character !== this.#closers.at(-1))
      return this.#fault('unexpected character');
    this.#closers.pop();
    return this.#step(this.#afterValue());
  }

  #open(closer: string, expected: Expected): undefined {
    this.#closers.push(closer);
    return this.#step(expected);
  }

  #takeNumber(): JsonFault | undefined {
    let end = this.#position + 1;
    while (end < this.text.length && /[0-9.eE+-]/.test(this.text[end]!)) end += 1;
    const number = this.text.slice(this.#position, end);
    if (isJson(number)) return this.#step(this.#afterValue(), number.length);
    const isCutOff = end === this.text.length && isJson(`${number}0`);
    return isCutOff ? this.#fault('the text ends too early', end) : this.#fault('malformed number');
  }

  #takeString(next: Expected): JsonFault | undefined {
    for (let index = this.#position + 1; index < this.text.length; index += 1) {
      const character = this.text[index]!;
      if (character === '"') return this.#step(next, index + 1 - this.#position);
      if (character < ' ') return this.#fault('control character in a string', index);
      if (character !== '\\') continue;
      const length = escapeLength(this.text, index);
      if (length === 0) return this.#fault('unknown escape in a string', index);
      index += length - 1;
    }
    return this.#fault('the text ends too early', this.text.length);
  }

  #afterValue(): Expected {
    return this.#closers.length === 0 ? 'nothing' : 'separator';
  }

  #step(expected: Expected, length = 1): undefined {
    this.#expected = expected;
    this.#position += length;
  }

  #skipBlanks(): void {
    while (this.#position < this.text.length && BLANKS.includes(this.text[this.#position]!)) {
      this.#position += 1;
    }
  }

  #fault(kind: string, position = this.#position): JsonFault {
    return { kind, position };
  }
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // The answer itself.
    return false;
  }
}

/** How long the escape at `index` is: 0 when it is none. One that the end cuts off counts as long as it should be. */
function escapeLength(text: string, index: number): number {
  const letter = text[index + 1];
  if (letter === undefined || ESCAPES.includes(letter)) return 2;
  if (letter !== 'u') return 0;
  return /^[0-9a-fA-F]*$/.test(text.slice(index + 2, index + 6)) ? 6 : 0;
}
