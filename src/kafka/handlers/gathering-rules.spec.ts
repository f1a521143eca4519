import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { IsString } from 'class-validator';
import { Batch, BufferedSink, FlushBuffer, type BatchOptions } from '../batches/index.js';
import { gatheringOf, type SaidOfHandler } from './gathering-rules.js';
import { handlerMethodsOf, type ControllerClass } from './handler-metadata.js';

const said: SaidOfHandler = { ordering: undefined, headBlocked: 'wait', timeoutMs: 300_000 };

function gathering(controller: ControllerClass, more: Partial<SaidOfHandler> = {}) {
  const [method] = handlerMethodsOf(controller);
  return gatheringOf(method!, { ...said, ...more });
}

class Order {
  @IsString()
  id: string;
}

function batchedWith(options: BatchOptions): ControllerClass {
  @Controller()
  class BatchedController {
    @EventPattern(['orders'])
    @Batch(options)
    handle(@Payload() orders: Order[]): void {
      void orders;
    }
  }
  return BatchedController;
}

@Controller()
class SinkController {
  @EventPattern(['orders'])
  @BufferedSink({ maxRecords: 100, maxBytes: '1MiB', maxWait: '30s' })
  handle(): void {}

  @FlushBuffer()
  flush(): void {}
}

describe('a handler that takes batches', () => {
  it('has sizes that fit most uses when it says none', () => {
    expect(gathering(batchedWith({})).batch).toEqual({
      limits: { maxRecords: 500, maxBytes: 1_048_576, maxWaitMs: 250 },
      isAtomic: false,
      contract: undefined,
    });
  });

  it('has what it says, with its units', () => {
    const options = { maxRecords: 7, maxBytes: '2KiB', maxWait: '3s', atomic: true } as const;
    expect(gathering(batchedWith({ ...options, of: Order })).batch).toEqual({
      limits: { maxRecords: 7, maxBytes: 2_048, maxWaitMs: 3_000 },
      isAtomic: true,
      contract: Order,
    });
  });

  it.each<[string, object, RegExp]>([
    ['no records', { maxRecords: 0 }, /maxRecords 0: expected a whole number from 1/],
    ['half a record', { maxRecords: 1.5 }, /maxRecords 1.5/],
    ['a size that is none', { maxBytes: 'much' }, /maxBytes much: expected a size/],
    ['no bytes', { maxBytes: 0 }, /maxBytes 0/],
    ['a time without its unit', { maxWait: '30' }, /maxWait 30: expected a duration/],
    ['no time', { maxWait: '0ms' }, /maxWait 0ms/],
  ])('is refused with %s', (_, options, message) => {
    expect(() => gathering(batchedWith(options as BatchOptions))).toThrow(message);
  });

  it('is refused where its class promises an order that it does not keep', () => {
    for (const ordering of ['key', 'partition'] as const) {
      expect(() => gathering(batchedWith({}), { ordering })).toThrow(
        `does not keep ordering '${ordering}' past a record that failed`,
      );
    }
    expect(gathering(batchedWith({}), { ordering: 'none' }).batch).toBeDefined();
  });

  it('is refused where what hangs is to be given up', () => {
    expect(() => gathering(batchedWith({}), { headBlocked: 'dead-letter' })).toThrow(
      /a batch that hangs does not tell which record is to blame/,
    );
  });

  it('is refused with one payload, or a part of it', () => {
    @Controller()
    class OneController {
      @EventPattern(['orders'])
      @Batch()
      handle(@Payload() order: Order): void {
        void order;
      }
    }
    @Controller()
    class PartController {
      @EventPattern(['orders'])
      @Batch()
      handle(@Payload('id') id: string): void {
        void id;
      }
    }
    expect(() => gathering(OneController)).toThrow(/declare the payload as one/);
    expect(() => gathering(PartController)).toThrow(/a part of it by name does not exist/);
  });
});

describe('a handler that buffers', () => {
  it('has what it says', () => {
    expect(gathering(SinkController, { ordering: 'none' }).sink).toEqual({
      size: { maxRecords: 100, maxBytes: 1_048_576 },
      maxWaitMs: 30_000,
    });
  });

  it('is refused with an order of its records', () => {
    for (const ordering of [undefined, 'key', 'partition'] as const) {
      expect(() => gathering(SinkController, { ordering })).toThrow(/needs ordering 'none'/);
    }
  });

  it('is refused when its deadline would pass before its flush', () => {
    expect(() => gathering(SinkController, { ordering: 'none', timeoutMs: 30_000 })).toThrow(
      /may wait 30000 ms for its flush, and its handler's deadline is 30000 ms/,
    );
  });

  it('is refused when nobody can have it flushed, or when it takes batches too', () => {
    @Controller()
    class NeverController {
      @EventPattern(['orders'])
      @BufferedSink({ maxRecords: 1 })
      handle(): void {}
    }
    @Controller()
    class BothController {
      @EventPattern(['orders'])
      @Batch()
      @BufferedSink({ maxRecords: 1 })
      handle(): void {}
    }
    const ordering = 'none';
    expect(() => gathering(NeverController, { ordering })).toThrow(/a method with @FlushBuffer/);
    expect(() => gathering(BothController, { ordering })).toThrow(/@Batch and @BufferedSink/);
  });
});
