import 'reflect-metadata';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';

/**
 * A plain Nest controller, the same one on Nest's own transport and on ours. Decorators are applied by hand: these files
 * are not compiled.
 * @param {string} topic
 * @param {(order: object) => Promise<void>} handling
 */
export function benchController(topic, handling) {
  class BenchController {
    handle(order) {
      return handling(order);
    }
  }
  const { prototype } = BenchController;
  Payload()(prototype, 'handle', 0);
  EventPattern(topic)(prototype, 'handle', Object.getOwnPropertyDescriptor(prototype, 'handle'));
  Controller()(BenchController);
  return BenchController;
}
