import { DiscoveryService } from '@nestjs/core';
import type { WorkflowCallbackMethod } from './workflow-callback.js';

export interface CallbackOptions {
  /**
   * Under which its calls are recorded; `Class.method` when nothing is said. Under another name it is another callback,
   * and is called again for events that come again.
   */
  readonly name?: string;
}

export interface CallbackDeclaration extends CallbackOptions {
  readonly patterns: readonly string[];
}

/** The metadata of a method that is called with events. */
export const CallbackMark = DiscoveryService.createDecorator<CallbackDeclaration>();

/**
 * Has a provider's method called with each event whose type fits one of the patterns: at least once, and exactly once as
 * far as it writes through `PostgresDatabase`. `workflow.*` means every type of two words that begins so; `TypePattern`
 * has the rules.
 */
export function OnWorkflowEvent(patterns: string | readonly string[], options?: CallbackOptions) {
  const mark = CallbackMark({ ...options, patterns: [patterns].flat() });
  return <Method extends WorkflowCallbackMethod>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    mark(target, name, descriptor);
  };
}
