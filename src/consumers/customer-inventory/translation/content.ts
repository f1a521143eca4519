import { hash } from 'node:crypto';
import { withoutMisreadNumbers } from '../../../contracts/index.js';

/**
 * The same text for two entities that say the same, however their fields are ordered and spaced. With a number in it that
 * would be read as another one the entity is compared as it is written: better sent twice than a change not seen.
 */
export function contentOf(entityText: string): string {
  const bytes = Buffer.from(entityText);
  const isReadExactly = withoutMisreadNumbers(bytes) === undefined;
  const said = isReadExactly ? ordered(JSON.parse(entityText)) : entityText;
  return hash('sha256', said, 'base64');
}

/** JSON with the fields of each object in one order. */
function ordered(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(ordered).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([name, inside]) => `${JSON.stringify(name)}:${ordered(inside)}`,
  );
  return `{${fields.sort().join(',')}}`;
}
