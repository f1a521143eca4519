import type { HandlerMethod, HandlerParameter } from './handler-metadata.js';
import type { HandlerCallback } from './handler-registry.js';
import type { RecordValidationPipe } from './record-validation.pipe.js';

/** A handler's method, to be called with nothing around it but our own validation. */
export interface DirectTarget {
  readonly instance: object;
  readonly method: HandlerMethod;
  /** At most one of them takes the payload. */
  readonly parameters: readonly HandlerParameter[];
  /** Ours, where the payload is a contract. */
  readonly pipe: RecordValidationPipe | undefined;
}

type AnyMethod = (this: object, ...values: unknown[]) => unknown;

/** Calls the method with the arguments that Nest would give it. What it throws or rejects with passes as it is. */
export function directCall(target: DirectTarget): HandlerCallback {
  const { pipe, parameters } = target;
  const call = withArguments(target);
  const payload = parameters.find(({ source }) => source === 'payload');
  // The pipe lets a part of a payload pass untouched.
  if (pipe === undefined || payload === undefined || isNamed(payload.property)) return call;
  const metadata = { type: 'body', metatype: payload.type, data: undefined } as const;
  return async (value, context) => call(await pipe.transform(value, metadata as never), context);
}

function withArguments({ instance, method, parameters }: DirectTarget): HandlerCallback {
  const handle = method as AnyMethod;
  const [first, second] = [...parameters].sort((left, right) => left.index - right.index);
  const takesPayloadFirst =
    first?.source === 'payload' && first.index === 0 && !isNamed(first.property);
  if (takesPayloadFirst && second === undefined) return (value) => handle.call(instance, value);
  if (takesPayloadFirst && parameters.length === 2 && second?.index === 1) {
    return (value, context) => handle.call(instance, value, context);
  }
  const length = Math.max(-1, ...parameters.map(({ index }) => index)) + 1;
  return (value, context) => {
    const values = new Array<unknown>(length).fill(undefined);
    for (const { source, index, property } of parameters) {
      values[index] = source === 'context' ? context : partOf(value, property);
    }
    return handle.apply(instance, values);
  };
}

function partOf(value: unknown, property: string | undefined): unknown {
  if (!isNamed(property)) return value;
  return (value as Record<string, unknown> | null | undefined)?.[property];
}

/** `@Payload('')` is the whole payload, as in Nest. */
function isNamed(property: string | undefined): property is string {
  return typeof property === 'string' && property !== '';
}
