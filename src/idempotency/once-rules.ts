import { duration, Refusal, type Settings } from '../config/index.js';
import { HandlerDeclarationError } from '../kafka/index.js';
import type { HandlerDescription } from '../record/index.js';
import { Idempotent, type ConflictPolicy, type IdempotentOptions } from './idempotent.decorator.js';

const WINDOW = duration({ min: 1_000, max: 3650 * 86_400_000 });

/** What holds for one handler beside its store. */
export interface OnceRules {
  readonly key: IdempotentOptions['key'];
  readonly windowMs: number | undefined;
  readonly onConflict: ConflictPolicy;
}

/** What a handler's method says, else its class. */
export function idempotentOptionsOf({
  controller,
  method,
}: HandlerDescription): IdempotentOptions | undefined {
  return metadataOf(method) ?? metadataOf(controller);
}

/** Refuses at start a window that nobody could keep. */
export function onceRulesOf(handler: HandlerDescription, settings: Settings): OnceRules {
  const { key, window, onConflict = 'dead-letter' } = idempotentOptionsOf(handler) ?? {};
  const declaredMs = window === undefined ? undefined : WINDOW.parse(window);
  if (declaredMs instanceof Refusal) {
    throw new HandlerDeclarationError(
      `@Idempotent of ${handler.handler} has the window ${String(window)}: expected ${WINDOW.expects}`,
    );
  }
  // What the environment says is known to the stores, and wins.
  const windowMs = settings.idempotency.ttlMs === undefined ? declaredMs : undefined;
  return { key, windowMs, onConflict };
}

function metadataOf(target: object): IdempotentOptions | undefined {
  return Reflect.getMetadata(Idempotent.KEY, target) as IdempotentOptions | undefined;
}
