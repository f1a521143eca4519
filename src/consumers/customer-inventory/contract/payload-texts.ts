const NAME = 'payload';

/**
 * The texts of the payload's entities, each as it stands in the record: what `JSON.parse` reads has lost the digits of
 * long numbers. For the text of a JSON object that has such a member, a list; of several the last one holds, as it does
 * for `JSON.parse`.
 */
export function payloadTextsOf(json: string): readonly string[] {
  let [depth, start] = [0, -1];
  let found: string[] = [];
  let name: string | undefined;
  const end = (index: number): void => {
    if (start >= 0) found.push(json.slice(start, index).trim());
    start = -1;
  };
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index]!;
    const isElement = depth === 2 && name === NAME;
    if (isElement && start < 0 && character !== ']' && !isSpace(character)) start = index;
    if (character === '"') {
      const behind = endOfString(json, index);
      if (depth === 1 && name === undefined) name = JSON.parse(json.slice(index, behind)) as string;
      index = behind - 1;
    } else if (character === ',') {
      if (isElement) {
        end(index);
      } else if (depth === 1) name = undefined;
    } else if (character === '{' || character === '[') {
      if (depth === 1 && name === NAME) found = [];
      depth += 1;
    } else if (character === '}' || character === ']') {
      if (isElement) end(index);
      depth -= 1;
    }
  }
  return found;
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\r' || character === '\t';
}

/** Behind the quote that ends the string. */
function endOfString(json: string, start: number): number {
  let index = start + 1;
  while (json[index] !== '"' && index < json.length) index += json[index] === '\\' ? 2 : 1;
  return index + 1;
}
