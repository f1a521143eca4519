import { ValidateBy } from 'class-validator';
import { exactAmount } from './exact-amount.js';
import { parseInstant } from './iso-instant.js';

function rule(
  name: string,
  message: string,
  holds: (value: unknown) => boolean,
): PropertyDecorator {
  return ValidateBy({
    name,
    validator: { validate: holds, defaultMessage: () => `$property ${message}` },
  });
}

/** Text that can be stored as it is: no NUL, no half of a surrogate pair. */
function isText(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    !value.includes('\0') &&
    Buffer.from(value, 'utf8').toString('utf8') === value
  );
}

/** What `IsIdentifier` asks of a field, for values that stand deeper. */
export function isIdentifier(value: unknown): value is string {
  return isText(value) && value.trim() !== '' && value.length <= 200;
}

export const IsText = (): PropertyDecorator =>
  rule('isText', 'must be text without NUL or half characters', isText);

/** Text that names something: not blank, at most 200 characters. */
export const IsIdentifier = (): PropertyDecorator =>
  rule('isIdentifier', 'must be text, not blank, of at most 200 characters', isIdentifier);

export const IsExactAmount = (): PropertyDecorator =>
  rule(
    'isExactAmount',
    'must be a decimal of at least 0, as text, or as a number of at most 15 significant digits below 2^53',
    (value) => exactAmount(value) !== undefined,
  );

export const IsInstant = (): PropertyDecorator =>
  rule(
    'isInstant',
    'must be an ISO 8601 date and time with Z or an offset',
    (value) => parseInstant(value) !== undefined,
  );
