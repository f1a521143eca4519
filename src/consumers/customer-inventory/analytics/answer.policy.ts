/** What an answer to an event means. */
export type Meaning =
  /** It is applied. */
  | 'accepted'
  /** Never for these messages: they are narrowed down. */
  | 'refused'
  /** It may be otherwise in a few seconds. */
  | 'again'
  /** It will not be otherwise in a few seconds: somebody has to do something. */
  | 'wait';

const WAITING: ReadonlySet<number> = new Set([401, 403, 407]);
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);
const CONFLICT = 409;

/**
 * The table of answers. `mayBeApplied`: an earlier try of the event was not answered. Then a conflict says that the API
 * is at work on that one still.
 */
export function meaningOf(status: number, { mayBeApplied }: { mayBeApplied: boolean }): Meaning {
  if (status >= 200 && status < 300) return 'accepted';
  if (status >= 500 || PASSING.has(status)) return 'again';
  if (status === CONFLICT && mayBeApplied) return 'again';
  // A redirect is followed by nobody: the address is wrong, and no message is to blame for it.
  if (status < 400 || WAITING.has(status)) return 'wait';
  return 'refused';
}
