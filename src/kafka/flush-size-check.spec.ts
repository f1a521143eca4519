import type { BoundHandler } from './handlers/index.js';
import { refuseUnreachableFlush } from './flush-size-check.js';

const share = { bufferedRecords: 4_000, bufferedBytes: 4_000_000 };

function handlerOf(parts: Partial<BoundHandler>): BoundHandler {
  const description = { consumer: 'raw-zone', handler: 'RawZoneController.handle' };
  return { partitionWindow: 10_000, description, ...parts } as BoundHandler;
}

const batchOf = (maxRecords: number, maxBytes = 1_000): BoundHandler['batch'] => ({
  limits: { maxRecords, maxBytes, maxWaitMs: 100 },
  isAtomic: false,
  contract: undefined,
});

describe('a batch or buffer that one partition can fill', () => {
  it('is let pass, and so is a handler of records one by one', () => {
    refuseUnreachableFlush(handlerOf({}), share);
    refuseUnreachableFlush(handlerOf({ batch: batchOf(1_000) }), share);
    const sink = { size: { maxRecords: 1_000, maxBytes: 0 }, maxWaitMs: undefined };
    refuseUnreachableFlush(handlerOf({ sink }), share);
  });
});

describe('a batch or buffer that one partition could never fill', () => {
  it('is refused with the setting that is in the way, and what it would have to be', () => {
    const small = handlerOf({ batch: batchOf(500), partitionWindow: 400 });
    expect(() => refuseUnreachableFlush(small, share)).toThrow(
      '@Batch of RawZoneController.handle could never be full: raise RAW_ZONE_PARTITION_WINDOW to 500 records, or make it smaller',
    );
    const many = handlerOf({ batch: batchOf(1_001) });
    expect(() => refuseUnreachableFlush(many, share)).toThrow(
      /raise KAFKA_MAX_BUFFERED_RECORDS, .* to have 1001 records/,
    );
    const large = handlerOf({ batch: batchOf(500, 500_000) });
    expect(() => refuseUnreachableFlush(large, share)).toThrow(
      /raise KAFKA_MAX_BUFFERED_BYTES, .* to have 1100000 bytes/,
    );
    const sink = { size: { maxRecords: 1_001, maxBytes: 0 }, maxWaitMs: undefined };
    expect(() => refuseUnreachableFlush(handlerOf({ sink }), share)).toThrow(/^@BufferedSink of/);
  });
});
