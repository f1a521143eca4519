const NAME = 'data';

/**
 * The text of an event's `data`, as it stands in the record: what `JSON.parse` reads has lost the digits of long numbers.
 * For the text of a JSON object that has such a member; of several the last one holds, as it does for `JSON.parse`.
 */
export function dataTextOf(json: string): string {
  let [depth, start, found] = [0, 0, ''];
  let name: string | undefined;
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index]!;
    const isMember = depth === 1 && name === NAME;
    if (character === '"') {
      const end = endOfString(json, index);
      if (depth === 1 && name === undefined) name = JSON.parse(json.slice(index, end)) as string;
      index = end - 1;
    } else if (character === ':' && depth === 1) {
      start = index + 1;
    } else if (character === ',' && depth === 1) {
      if (isMember) found = json.slice(start, index);
      name = undefined;
    } else if (character === '{' || character === '[') {
      depth += 1;
    } else if (character === '}' || character === ']') {
      if (isMember) found = json.slice(start, index);
      depth -= 1;
    }
  }
  return found.trim();
}

/** Behind the quote that ends the string. */
function endOfString(json: string, start: number): number {
  let index = start + 1;
  while (json[index] !== '"' && index < json.length) index += json[index] === '\\' ? 2 : 1;
  return index + 1;
}
