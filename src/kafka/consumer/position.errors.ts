import { MillraceError, partitionName } from '../../record/index.js';
import type { LogRange } from './offset-reset.policy.js';

const WAYS_OUT = 'set it to earliest or latest, or commit offsets for the group';

/** A partition has no position to read from, and KAFKA_AUTO_OFFSET_RESET=fail forbids to choose one. */
export class PositionRefusedError extends MillraceError {
  readonly code = 'POSITION_REFUSED';
  readonly retriable = true;

  static forNone(names: readonly string[]): PositionRefusedError {
    return new PositionRefusedError(
      `the group has no offset for ${names.join(', ')} and KAFKA_AUTO_OFFSET_RESET is fail: ${WAYS_OUT}`,
    );
  }

  static forNewLog(name: string): PositionRefusedError {
    return new PositionRefusedError(
      `the topic of ${name} was deleted and created again and KAFKA_AUTO_OFFSET_RESET is fail: ${WAYS_OUT}`,
    );
  }

  static outOfRange(
    place: { readonly topic: string; readonly partition: number },
    position: number,
    { start, end }: LogRange,
  ): PositionRefusedError {
    return new PositionRefusedError(
      `offset ${position} of ${partitionName(place)} is out of range (the log has ${start} to ${end}) ` +
        `and KAFKA_AUTO_OFFSET_RESET is fail: ${WAYS_OUT}`,
      { context: { ...place, offset: position } },
    );
  }
}
