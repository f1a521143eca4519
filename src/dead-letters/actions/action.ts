/** What an operator did with a dead letter. The latest one of each id is kept. */
export interface DeadLetterAction {
  readonly kind: 'redriven' | 'discarded';
  /** Dead letters of this id that had been redriven at most so often are dealt with; a later failure counts higher. */
  readonly covers: number;
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  /** One for each command, also in the redriven record's `x-redrive-id`. */
  readonly job: string;
  /** `topic-partition:offset` of the dead letter. */
  readonly deadLetter: string;
  /** Where it was redriven to. */
  readonly target?: string;
  /** The value was changed on the way; the dead letter itself never is. */
  readonly edited?: boolean;
  /** Why it was discarded. */
  readonly reason?: string;
}

export function encodeAction(action: DeadLetterAction): Buffer {
  return Buffer.from(JSON.stringify(action));
}

/** Undefined for anything that is no action: the topic is Kafka's, and others can write to it. */
export function decodeAction(value: Buffer | null): DeadLetterAction | undefined {
  if (value === null) return undefined;
  try {
    const read = JSON.parse(value.toString('utf8')) as Partial<DeadLetterAction> | null;
    const isKnown = read?.kind === 'redriven' || read?.kind === 'discarded';
    return isKnown && Number.isSafeInteger(read.covers) ? (read as DeadLetterAction) : undefined;
  } catch {
    return undefined;
  }
}
