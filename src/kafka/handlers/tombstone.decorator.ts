import { SetMetadata } from '@nestjs/common';

export type TombstonePolicy = 'handle' | 'skip' | 'dead-letter';

const TOMBSTONE_METADATA = 'millrace:tombstone';

/**
 * What becomes of a record with a null value in a handler whose payload is a class: handed over as null, skipped, or
 * dead-lettered with reason `validation` (the default). A handler without such a class always gets null.
 */
export function Tombstone(policy: TombstonePolicy): MethodDecorator {
  return SetMetadata(TOMBSTONE_METADATA, policy);
}

export function tombstonePolicyOf(method: object): TombstonePolicy {
  return (
    (Reflect.getMetadata(TOMBSTONE_METADATA, method) as TombstonePolicy | undefined) ??
    'dead-letter'
  );
}
