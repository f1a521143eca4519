export { exactAmount } from './exact-amount.js';
export { IsExactAmount, IsIdentifier, isIdentifier, IsInstant, IsText } from './field-rules.js';
export { parseInstant } from './iso-instant.js';
export { misreadField, withoutMisreadNumbers } from './misread-numbers.js';
