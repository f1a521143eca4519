export type EntityKind = 'customer' | 'product';

/** A customer or a product as one message has it. */
export interface Entity {
  readonly kind: EntityKind;
  readonly id: string;
  /** Its JSON as it was written. */
  readonly text: string;
  /** The same for two texts that say the same. */
  readonly content: string;
}

/** One name for it, whatever the texts of kinds and ids are. */
export function nameOf({ kind, id }: Pick<Entity, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}
