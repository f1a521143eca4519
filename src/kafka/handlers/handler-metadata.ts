import 'reflect-metadata';

/**
 * Nest's own metadata keys, which it does not export. A test pins them: it fails when a release of Nest writes others.
 */
const PATTERN = 'microservices:pattern';
const HANDLER_KIND = 'microservices:handler_type';
const PATTERN_EXTRAS = 'microservices:pattern_extras';
const EXCEPTION_FILTERS = '__exceptionFilters__';
const GUARDS = '__guards__';
const INTERCEPTORS = '__interceptors__';
const PIPES = '__pipes__';
const ROUTE_ARGUMENTS = '__routeArguments__';
const PARAMETER_TYPES = 'design:paramtypes';
const PAYLOAD_PARAMETER = /^3:(\d+)$/;
const CONTEXT_PARAMETER = /^6:\d+$/;
const MESSAGE_KIND = 1;

export type ControllerClass = abstract new (...parameters: never[]) => object;
export type HandlerMethod = (...parameters: never[]) => unknown;

/** One decorated method of a controller. */
export interface HandlerMethodMetadata {
  readonly controller: ControllerClass;
  readonly name: string;
  readonly method: HandlerMethod;
  readonly patterns: readonly unknown[];
  /** `@MessagePattern` instead of `@EventPattern`. */
  readonly isRequest: boolean;
}

/** The methods of a controller that carry a message or event pattern, inherited ones included. */
export function handlerMethodsOf(controller: ControllerClass): HandlerMethodMetadata[] {
  const found = new Map<string, HandlerMethodMetadata>();
  for (
    let prototype = controller.prototype as object;
    prototype !== Object.prototype && prototype !== null;
    prototype = Object.getPrototypeOf(prototype) as object
  ) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
      if (typeof method !== 'function' || found.has(name)) continue;
      const patterns = Reflect.getMetadata(PATTERN, method) as unknown[] | undefined;
      if (patterns === undefined) continue;
      const isRequest = Reflect.getMetadata(HANDLER_KIND, method) === MESSAGE_KIND;
      found.set(name, { controller, name, method: method as HandlerMethod, patterns, isRequest });
    }
  }
  return [...found.values()];
}

/** Adds to the extras that Nest hands to the transport together with the method's callback. */
export function addPatternExtras(method: HandlerMethod, extras: object): void {
  const present = Reflect.getMetadata(PATTERN_EXTRAS, method) as object | undefined;
  Reflect.defineMetadata(PATTERN_EXTRAS, { ...present, ...extras }, method);
}

/** Whether exception filters are bound to the controller or the method. */
export function hasExceptionFilters(controller: ControllerClass, method: HandlerMethod): boolean {
  return boundTo([controller, method], EXCEPTION_FILTERS).length > 0;
}

/** What is bound to the controller or the method with Nest's decorators. */
export interface BoundEnhancers {
  readonly guards: readonly unknown[];
  readonly interceptors: readonly unknown[];
  readonly filters: readonly unknown[];
  readonly pipes: readonly unknown[];
}

export function enhancersOf(controller: ControllerClass, method: HandlerMethod): BoundEnhancers {
  const targets = [controller, method];
  return {
    guards: boundTo(targets, GUARDS),
    interceptors: boundTo(targets, INTERCEPTORS),
    filters: boundTo(targets, EXCEPTION_FILTERS),
    pipes: boundTo(targets, PIPES),
  };
}

function boundTo(targets: readonly object[], key: string): unknown[] {
  return targets.flatMap(
    (target) => (Reflect.getMetadata(key, target) as unknown[] | undefined) ?? [],
  );
}

/** One parameter of a handler. `property` is the name in `@Payload('name')`. */
export interface HandlerParameter {
  readonly source: 'payload' | 'context' | 'other';
  readonly index: number;
  readonly property: string | undefined;
  readonly hasPipes: boolean;
  /** The class that its type was compiled to. */
  readonly type: ControllerClass | undefined;
}

interface RouteArgument {
  readonly index: number;
  readonly data?: string;
  readonly pipes?: readonly unknown[];
  readonly schema?: unknown;
}

/** A handler's parameters as Nest fills them: without any decorator, the payload alone. */
export function parametersOf(controller: ControllerClass, name: string): HandlerParameter[] {
  const parameters = Reflect.getMetadata(ROUTE_ARGUMENTS, controller, name) as
    Record<string, RouteArgument> | undefined;
  const types = Reflect.getMetadata(PARAMETER_TYPES, controller.prototype as object, name) as
    (ControllerClass | undefined)[] | undefined;
  return Object.entries(parameters ?? { '3:0': { index: 0 } }).map(
    ([key, { index, data, pipes = [], schema }]) => ({
      source: sourceOf(key),
      index,
      property: data,
      hasPipes: pipes.length > 0 || schema !== undefined,
      type: types?.[index],
    }),
  );
}

function sourceOf(key: string): HandlerParameter['source'] {
  if (PAYLOAD_PARAMETER.test(key)) return 'payload';
  return CONTEXT_PARAMETER.test(key) ? 'context' : 'other';
}

const NO_CONTRACT: ReadonlySet<unknown> = new Set([
  undefined,
  Object,
  String,
  Number,
  Boolean,
  Array,
  Buffer,
  Date,
  Promise,
]);

/** The class of the payload parameter when it is a contract (a DTO), or undefined for a plain type. */
export function contractOf(controller: ControllerClass, name: string): ControllerClass | undefined {
  const parameters = Reflect.getMetadata(ROUTE_ARGUMENTS, controller, name) as object | undefined;
  const types = Reflect.getMetadata(PARAMETER_TYPES, controller.prototype as object, name) as
    unknown[] | undefined;
  const index = payloadIndex(parameters);
  const type = index === undefined ? undefined : types?.[index];
  return NO_CONTRACT.has(type) ? undefined : (type as ControllerClass);
}

function payloadIndex(parameters: object | undefined): number | undefined {
  if (parameters === undefined) return 0;
  for (const key of Object.keys(parameters)) {
    const match = PAYLOAD_PARAMETER.exec(key);
    if (match !== null) return Number(match[1]);
  }
  return undefined;
}
