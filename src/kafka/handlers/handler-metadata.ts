import 'reflect-metadata';

/**
 * Nest's own metadata keys, which it does not export. A test pins them: it fails when a release of Nest writes others.
 */
const PATTERN = 'microservices:pattern';
const HANDLER_KIND = 'microservices:handler_type';
const PATTERN_EXTRAS = 'microservices:pattern_extras';
const EXCEPTION_FILTERS = '__exceptionFilters__';
const ROUTE_ARGUMENTS = '__routeArguments__';
const PARAMETER_TYPES = 'design:paramtypes';
const PAYLOAD_PARAMETER = /^3:(\d+)$/;
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
  return [controller, method].some((target) => {
    const filters = Reflect.getMetadata(EXCEPTION_FILTERS, target) as unknown[] | undefined;
    return filters !== undefined && filters.length > 0;
  });
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
