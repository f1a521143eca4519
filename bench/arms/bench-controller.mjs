import 'reflect-metadata';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';

/**
 * A plain Nest controller, the same one on Nest's own transport and on ours. Decorators are applied by hand: these files
 * are not compiled.
 * @param {string} topic
 * @param {(order: object) => unknown} handling
 * @param {MethodDecorator} [more] a decorator of the handler's
 */
export function benchController(topic, handling, more = () => undefined) {
  class BenchController {
    handle(order) {
      return handling(order);
    }
  }
  const { prototype } = BenchController;
  Payload()(prototype, 'handle', 0);
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'handle');
  EventPattern(topic)(prototype, 'handle', descriptor);
  more(prototype, 'handle', descriptor);
  Controller()(BenchController);
  return BenchController;
}
