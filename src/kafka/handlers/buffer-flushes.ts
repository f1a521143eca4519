import { Injectable, Logger } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { bufferedSinkOptionsOf, flushMethodsOf } from '../batches/index.js';
import { HandlerDeclarationError } from '../kafka.errors.js';
import type { ControllerClass, HandlerMethodMetadata } from './handler-metadata.js';

export interface BufferedPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Tells a buffer to flush now. Never rejects: whether it did shows in the promises of its records. */
export type FlushNow = (partitions: readonly BufferedPartition[]) => Promise<void>;

/** Finds the methods with `@FlushBuffer()` on the controllers whose handlers buffer. */
@Injectable()
export class BufferFlushes {
  private readonly logger = new Logger(BufferFlushes.name);

  constructor(private readonly modules: ModulesContainer) {}

  /** Undefined for a handler that does not buffer. */
  of({ controller, name, method }: HandlerMethodMetadata): FlushNow | undefined {
    if (bufferedSinkOptionsOf(method) === undefined) return undefined;
    const instance = this.instanceOf(controller, `${controller.name}.${name}`);
    const names = flushMethodsOf(controller);
    return async (partitions) => {
      await Promise.all(names.map((name) => this.tell(instance[name]!.bind(instance), partitions)));
    };
  }

  private async tell(flush: FlushMethod, partitions: readonly BufferedPartition[]): Promise<void> {
    try {
      await flush(partitions);
    } catch (error) {
      const message = 'a buffer could not be flushed; its records are as their promises say';
      this.logger.warn(message, { partitions }, error);
    }
  }

  private instanceOf(controller: ControllerClass, handler: string): Record<string, FlushMethod> {
    const holders = [...this.modules.values()]
      .flatMap(({ controllers }) => [...controllers.values()])
      .filter(({ metatype }) => metatype === controller);
    const [holder] = holders;
    if (holder === undefined || holders.length > 1 || !holder.isDependencyTreeStatic()) {
      throw new HandlerDeclarationError(
        `@BufferedSink of ${handler} needs one controller that lives as long as the service: it keeps the buffer`,
      );
    }
    return holder.instance as unknown as Record<string, FlushMethod>;
  }
}

type FlushMethod = (partitions: readonly BufferedPartition[]) => unknown;
