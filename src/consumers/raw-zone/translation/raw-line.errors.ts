import { MillraceError } from '../../../record/index.js';

/** A line of an object is not a record. Names what is missing or wrong, and quotes nothing. */
export class NotALineError extends MillraceError {
  readonly code = 'RAW_ZONE_LINE';
  readonly retriable = false;

  constructor(part: string) {
    super(`not a line of the raw zone: its ${part} cannot be read`);
  }
}
