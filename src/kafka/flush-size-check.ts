import { consumerPrefix } from '../config/index.js';
import { tooSmallFor, type FlushSize } from './batches/index.js';
import { PARTITION_SHARE } from './consumer/back-pressure/index.js';
import type { GroupShare } from './consumer/group-plan.js';
import type { BoundHandler } from './handlers/index.js';
import { HandlerDeclarationError } from './kafka.errors.js';

/**
 * Refuses at start limits under which one partition could never fill a batch or a buffer: every flush would wait for its
 * time. Names the setting that is in the way.
 */
export function refuseUnreachableFlush(handler: BoundHandler, share: GroupShare): void {
  const { batch, sink, partitionWindow, description } = handler;
  const size: FlushSize | undefined = batch?.limits ?? sink?.size;
  if (size === undefined) return;
  const tooSmall = tooSmallFor(size, {
    window: partitionWindow,
    records: Math.floor(share.bufferedRecords * PARTITION_SHARE),
    bytes: Math.floor(share.bufferedBytes * PARTITION_SHARE),
  });
  if (tooSmall === undefined) return;
  const { limit, needed } = tooSmall;
  const what = batch === undefined ? '@BufferedSink' : '@Batch';
  const window = `${consumerPrefix(description.consumer)}PARTITION_WINDOW`;
  const key = {
    window: `raise ${window} to ${needed} records`,
    records: `raise KAFKA_MAX_BUFFERED_RECORDS, of which one partition has a quarter of its group's part, to have ${needed} records`,
    bytes: `raise KAFKA_MAX_BUFFERED_BYTES, of which one partition has a quarter of its group's part, to have ${needed} bytes`,
  }[limit];
  throw new HandlerDeclarationError(
    `${what} of ${description.handler} could never be full: ${key}, or make it smaller`,
  );
}
