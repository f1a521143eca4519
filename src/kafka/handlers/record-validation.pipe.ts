import {
  Injectable,
  ValidationPipe,
  type ArgumentMetadata,
  type ValidationError,
} from '@nestjs/common';
import { ContractViolationError } from '../../record/index.js';

const NAMED_VIOLATIONS = 10;

/**
 * Validates a payload whose parameter is a class with class-validator rules, before the handler sees it. Unknown fields
 * are kept out. A violation names fields and rules, never values, and is permanent. Other parameters pass untouched.
 */
@Injectable()
export class RecordValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidUnknownValues: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => new ContractViolationError(describe(errors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'body' || metadata.data !== undefined) return value;
    // A tombstone that its policy lets through stays null; the base class would make an empty object of it.
    if (value === null || !this.toValidate(metadata)) return value;
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw new ContractViolationError('the value is not a JSON object');
    }
    return (await super.transform(value, metadata)) as unknown;
  }
}

function describe(errors: readonly ValidationError[]): string {
  const violations = errors.flatMap((error) => violationsOf(error, ''));
  const named = violations.slice(0, NAMED_VIOLATIONS).join('; ');
  const rest = violations.length - NAMED_VIOLATIONS;
  return rest > 0 ? `${named}; and ${rest} more` : named;
}

function violationsOf(error: ValidationError, path: string): string[] {
  const field = path === '' ? error.property : `${path}.${error.property}`;
  const own = Object.keys(error.constraints ?? {}).map((rule) => `${field}: ${rule}`);
  return [...own, ...(error.children ?? []).flatMap((child) => violationsOf(child, field))];
}
