import { Injectable } from '@nestjs/common';

export const DEFAULT_HANDLER_TIMEOUT_MS = 5 * 60_000;

/** What every handler gets after its deadline, to end by itself. No setting: a handler that heeds its signal needs less. */
@Injectable()
export class HeadBlockedGrace {
  milliseconds = 30_000;
}
