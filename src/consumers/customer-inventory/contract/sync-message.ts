import { Transform } from 'class-transformer';
import { IsIn, IsObject, ValidateBy } from 'class-validator';
import { IsIdentifier, isIdentifier, IsInstant } from '../../../contracts/index.js';

/** As `JSON.parse` read it: neither copied nor made an instance of whatever its fields say. */
const AsItIs = (name: string): PropertyDecorator =>
  Transform(({ obj }) => (obj as Record<string, unknown>)[name]);

const IsListOfEntities = (): PropertyDecorator =>
  ValidateBy({
    name: 'isListOfEntities',
    validator: {
      validate: (value) => Array.isArray(value) && value.every(isEntity),
      defaultMessage: () => '$property must be a list of objects, each with an id of its own',
    },
  });

function isEntity(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.hasOwn(value, 'id') &&
    isIdentifier((value as { id: unknown }).id)
  );
}

/** An entity as its message has it; what it holds besides is nobody's business here. */
export interface PayloadEntity {
  readonly id: string;
}

/** The value of a record on `customer_data` and `inventory_data`. Further fields are dropped unseen. */
export class SyncMessage {
  @IsIdentifier()
  readonly messageId: string;

  @IsIdentifier()
  readonly source: string;

  @IsIn(['CUSTOMER', 'INVENTORY'])
  readonly eventType: 'CUSTOMER' | 'INVENTORY';

  @IsInstant()
  readonly timestamp: string;

  @AsItIs('payload')
  @IsListOfEntities()
  readonly payload: readonly PayloadEntity[];

  @AsItIs('metadata')
  @IsObject()
  readonly metadata: Readonly<Record<string, unknown>>;
}
