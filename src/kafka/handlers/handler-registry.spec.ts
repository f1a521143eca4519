import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { IsString } from 'class-validator';
import type { ConsumerSettings, Settings } from '../../config/index.js';
import { ConsumerGroup } from './consumer-group.decorator.js';
import { contractOf, handlerMethodsOf, type ControllerClass } from './handler-metadata.js';
import { HandlerRegistry, type BoundHandler } from './handler-registry.js';
import { Tombstone } from './tombstone.decorator.js';

class Order {
  @IsString()
  id: string;
}

@Controller()
@ConsumerGroup('orders', { groupId: 'loader', ordering: 'partition', concurrency: 7 })
class OrdersController {
  @EventPattern(['orders', 'orders.eu'])
  @Tombstone('skip')
  handle(@Payload() order: Order, @Ctx() _context: unknown): void {
    void order;
  }
}

@Controller()
class PlainController {
  @EventPattern('plain')
  handle(value: object): void {
    void value;
  }
}

@Controller()
class AskingController {
  @MessagePattern('ask')
  answer(): void {
    return undefined;
  }
}

@Controller()
class PatternController {
  @EventPattern(/orders/)
  handle(): void {
    return undefined;
  }
}

@Controller()
@ConsumerGroup('lander', { topics: 'configured' })
class LandingController {
  @EventPattern(['declared'])
  handle(value: object): void {
    void value;
  }
}

const callback = (): Promise<unknown> => Promise.resolve();

function registryWith(consumers: Record<string, Partial<ConsumerSettings>> = {}): HandlerRegistry {
  return new HandlerRegistry({
    kafka: { defaultGroupId: 'millrace' },
    consumers: new Map(Object.entries(consumers)),
  } as unknown as Settings);
}

function bind(registry: HandlerRegistry, controller: ControllerClass, consumer: string): void {
  for (const method of handlerMethodsOf(controller)) {
    const found = { ...method, consumer };
    registry.declare(found);
    for (const pattern of method.patterns) registry.bind(found, pattern as string, callback);
  }
}

describe('HandlerRegistry', () => {
  it('gives a handler of configured topics all of them, however many', () => {
    for (const topics of [['a'], ['a', 'b', 'c']]) {
      const registry = registryWith({ lander: { topics } });
      bind(registry, LandingController, 'lander');
      expect(registry.all.map(({ description }) => description.topic)).toEqual(topics);
    }
    const registry = registryWith();
    bind(registry, LandingController, 'lander');
    expect(registry.all.map(({ description }) => description.topic)).toEqual(['declared']);
  });

  it('takes group and policies from the decorators', () => {
    const registry = registryWith();
    bind(registry, OrdersController, 'orders');
    expect(registry.all).toMatchObject(
      ['orders', 'orders.eu'].map((topic) => ({
        description: {
          consumer: 'orders',
          groupId: 'loader',
          topic,
          handler: 'OrdersController.handle',
        },
        ordering: 'partition',
        concurrency: 7,
        partitionWindow: 10_000,
        hasContract: true,
        tombstones: 'skip',
      })),
    );
  });

  it('gives a plain controller the default group and policies', () => {
    const registry = registryWith();
    bind(registry, PlainController, 'plain');
    expect(registry.all).toMatchObject([
      {
        description: { groupId: 'millrace', topic: 'plain' },
        ordering: 'key',
        concurrency: 64,
        hasContract: false,
        tombstones: 'dead-letter',
      },
    ]);
  });

  it('lets the environment win, topics by position', () => {
    const registry = registryWith({
      orders: { topics: ['a', 'b'], groupId: 'other', concurrency: 3, partitionWindow: 50 },
    });
    bind(registry, OrdersController, 'orders');
    expect(registry.all.map(({ description }) => [description.topic, description.groupId])).toEqual(
      [
        ['a', 'other'],
        ['b', 'other'],
      ],
    );
    expect(registry.all[0]).toMatchObject({ concurrency: 3, partitionWindow: 50 });
  });

  it('gives every handler five minutes and waits for one that hangs, unless it is told otherwise', () => {
    class HastyController extends PlainController {}
    ConsumerGroup('hasty', { handlerTimeoutMs: 2_000, headBlocked: 'dead-letter' })(
      HastyController,
    );
    const boundWith = (controller: ControllerClass, set: Partial<ConsumerSettings> = {}) => {
      const registry = registryWith({ hasty: set });
      bind(registry, controller, 'hasty');
      const [{ timeoutMs, headBlocked }] = registry.all as [BoundHandler];
      return [timeoutMs, headBlocked];
    };
    expect(boundWith(PlainController)).toEqual([300_000, 'wait']);
    expect(boundWith(HastyController)).toEqual([2_000, 'dead-letter']);
    expect(boundWith(HastyController, { handlerTimeoutMs: 60_000, headBlocked: 'wait' })).toEqual([
      60_000,
      'wait',
    ]);
  });

  it.each([
    [{ handlerTimeoutMs: 0 }, /HastyController\.handle has handlerTimeoutMs 0/],
    [{ handlerTimeoutMs: NaN }, /handlerTimeoutMs NaN/],
    [{ handlerTimeoutMs: 1e12 }, /handlerTimeoutMs 1000000000000/],
    [{ headBlocked: 'skip' as never }, /headBlocked skip: it is wait or dead-letter/],
  ])('refuses %j, naming the place', (options, message) => {
    class HastyController extends PlainController {}
    ConsumerGroup('hasty', options)(HastyController);
    expect(() => bind(registryWith(), HastyController, 'hasty')).toThrow(message);
  });

  it('refuses another number of topics than are declared, naming the key', () => {
    const registry = registryWith({ orders: { topics: ['a'] } });
    expect(() => bind(registry, OrdersController, 'orders')).toThrow(
      /ORDERS_TOPICS names 1 topics.*2/,
    );
  });

  it('refuses two handlers of one topic in one group, naming both places', () => {
    class SecondController extends PlainController {}
    const registry = registryWith();
    bind(registry, PlainController, 'plain');
    expect(() => bind(registry, SecondController, 'second')).toThrow(
      /PlainController\.handle and SecondController\.handle both handle topic plain in group millrace/,
    );
  });

  it('refuses a @MessagePattern and a pattern that is no topic name', () => {
    expect(() => bind(registryWith(), AskingController, 'asking')).toThrow(
      /AskingController\.answer/,
    );
    expect(() => bind(registryWith(), PatternController, 'p')).toThrow(/not a topic name/);
  });
});

describe("Nest's metadata", () => {
  it('tells handlers, their patterns and the class of their payload', () => {
    expect(handlerMethodsOf(OrdersController)).toMatchObject([
      { name: 'handle', patterns: ['orders', 'orders.eu'], isRequest: false },
    ]);
    expect(handlerMethodsOf(AskingController)).toMatchObject([{ name: 'answer', isRequest: true }]);
    expect(contractOf(OrdersController, 'handle')).toBe(Order);
    expect(contractOf(PlainController, 'handle')).toBeUndefined();
  });
});
