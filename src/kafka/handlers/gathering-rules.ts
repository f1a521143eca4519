import {
  declaredBatch,
  declaredSink,
  flushMethodsOf,
  type DeclaredBatch,
  type DeclaredSink,
} from '../batches/index.js';
import type { HeadBlockedPolicy } from '../consumer/deadlines/index.js';
import type { Ordering } from '../consumer/ordering/index.js';
import { HandlerDeclarationError } from '../kafka.errors.js';
import { contractOf, parametersOf, type HandlerMethodMetadata } from './handler-metadata.js';

/** What is said of a handler beside its method. */
export interface SaidOfHandler {
  /** Undefined when nobody says it. */
  readonly ordering: Ordering | undefined;
  readonly headBlocked: HeadBlockedPolicy;
  readonly timeoutMs: number;
}

/** How a handler takes its records; at most one of the two. */
export interface Gathering {
  readonly batch: DeclaredBatch | undefined;
  readonly sink: DeclaredSink | undefined;
}

/** What a method's `@Batch` or `@BufferedSink` says. Refuses at start what does not go together. */
export function gatheringOf(found: HandlerMethodMetadata, said: SaidOfHandler): Gathering {
  const { controller, method, name } = found;
  const place = `${controller.name}.${name}`;
  const batch = declaredBatch(method, place);
  const sink = declaredSink(method, place);
  const conflict =
    batch !== undefined && sink !== undefined
      ? `${place} has @Batch and @BufferedSink: with one of them its records are gathered already`
      : ((batch && batchConflict(found, said)) ?? (sink && sinkConflict(found, sink, said)));
  if (conflict !== undefined) throw new HandlerDeclarationError(conflict);
  return { batch, sink };
}

function batchConflict(found: HandlerMethodMetadata, said: SaidOfHandler): string | undefined {
  const { controller, name } = found;
  const place = `@Batch of ${controller.name}.${name}`;
  if (said.ordering === 'key' || said.ordering === 'partition') {
    return `${place} does not keep ordering '${said.ordering}' past a record that failed: leave ordering out, or say 'none'`;
  }
  if (said.headBlocked === 'dead-letter') {
    return `${place} cannot have headBlocked 'dead-letter': a batch that hangs does not tell which record is to blame`;
  }
  if (contractOf(controller, name) !== undefined) {
    return `${place} is given an array: declare the payload as one, and name the class of its elements with of`;
  }
  const isPart = parametersOf(controller, name).some(
    ({ source, property }) => source === 'payload' && property !== undefined && property !== '',
  );
  return isPart ? `${place} is given an array: a part of it by name does not exist` : undefined;
}

function sinkConflict(
  found: HandlerMethodMetadata,
  sink: DeclaredSink,
  said: SaidOfHandler,
): string | undefined {
  const { controller, name } = found;
  const place = `@BufferedSink of ${controller.name}.${name}`;
  if (said.ordering !== 'none') {
    return `${place} needs ordering 'none': with another one a record waits for the flush of the one before it`;
  }
  if (flushMethodsOf(controller).length === 0) {
    return `${place} needs a method with @FlushBuffer: what is buffered has to be flushed before a partition is given up`;
  }
  if (sink.maxWaitMs !== undefined && sink.maxWaitMs >= said.timeoutMs) {
    return (
      `${place} may wait ${sink.maxWaitMs} ms for its flush, and its handler's deadline is ${said.timeoutMs} ms: ` +
      'flush sooner, or give the handler longer'
    );
  }
  return undefined;
}
