import { Injectable, Logger } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { directCall } from './direct-call.js';
import { enhancersOf, parametersOf, type ControllerClass } from './handler-metadata.js';
import type { FoundHandler, HandlerCallback } from './handler-registry.js';
import { RecordValidationPipe } from './record-validation.pipe.js';
import { RethrowFilter } from './rethrow.filter.js';

/** What Nest keeps of a controller. */
interface ControllerWrapper {
  readonly metatype: unknown;
  readonly instance: unknown;
  isDependencyTreeStatic(): boolean;
}

/** The method can be called directly, or what stands against it. */
type Finding = { readonly instance: object } | { readonly because: string };

/**
 * Decides once, when a handler is bound, whether it is called directly or through Nest's callback. Directly only where
 * Nest would do nothing but call it, so that nobody can tell the two apart; whatever is bound, scoped or not understood
 * goes through Nest.
 */
@Injectable()
export class HandlerCalls {
  private readonly logger = new Logger(HandlerCalls.name);

  constructor(
    private readonly modules: ModulesContainer,
    private readonly applicationConfig: ApplicationConfig,
  ) {}

  /** Ask at the moment in which Nest binds: it reads what is global then, and so does this. */
  callbackFor(found: FoundHandler, nestCallback: HandlerCallback): HandlerCallback {
    const { controller, method, name } = found;
    const finding = this.examine(found);
    const place = `${controller.name}.${name}`;
    if ('because' in finding) {
      this.logger.log(`${place} is called through Nest: ${finding.because}`);
      return nestCallback;
    }
    this.logger.log(`${place} is called directly: nothing is bound around it`);
    const pipe = enhancersOf(controller, method).pipes[0] as RecordValidationPipe | undefined;
    const parameters = parametersOf(controller, name);
    return directCall({ instance: finding.instance, method, parameters, pipe });
  }

  private examine(found: FoundHandler): Finding {
    const because =
      this.globalObstacle() ??
      boundObstacle(found) ??
      parameterObstacle(found.controller, found.name);
    if (because !== undefined) return { because };
    return instanceOf(found, this.controllers());
  }

  private globalObstacle(): string | undefined {
    const config = this.applicationConfig;
    const filters = config.getGlobalFilters().filter((one) => !(one instanceof RethrowFilter));
    return firstOf({
      'a global guard': [...config.getGlobalGuards(), ...config.getGlobalRequestGuards()],
      'a global interceptor': [
        ...config.getGlobalInterceptors(),
        ...config.getGlobalRequestInterceptors(),
      ],
      'a global pipe': [...config.getGlobalPipes(), ...config.getGlobalRequestPipes()],
      'a global filter': [...filters, ...config.getGlobalRequestFilters()],
      'a pre-request hook': config.getGlobalPreRequestHooks(),
    });
  }

  private controllers(): ControllerWrapper[] {
    return [...this.modules.values()].flatMap(({ controllers }) => [...controllers.values()]);
  }
}

function boundObstacle({ controller, method }: FoundHandler): string | undefined {
  const { guards, interceptors, filters, pipes } = enhancersOf(controller, method);
  const [first, ...others] = pipes;
  return firstOf({
    'a guard': guards,
    'an interceptor': interceptors,
    'an exception filter': filters,
    'a pipe': first instanceof RecordValidationPipe ? others : pipes,
  });
}

function firstOf(obstacles: Readonly<Record<string, readonly unknown[]>>): string | undefined {
  return Object.keys(obstacles).find((name) => obstacles[name]!.length > 0);
}

function parameterObstacle(controller: ControllerClass, name: string): string | undefined {
  const parameters = parametersOf(controller, name);
  if (parameters.some(({ source }) => source === 'other')) return 'a parameter decorator';
  if (parameters.some(({ hasPipes }) => hasPipes)) return 'a pipe on a parameter';
  const payloads = parameters.filter(({ source }) => source === 'payload');
  return payloads.length > 1 ? 'more than one payload parameter' : undefined;
}

/** The one instance whose method it is. Its class must be what metadata was read from, and nothing put in its place. */
function instanceOf(
  { controller, method, name }: FoundHandler,
  wrappers: readonly ControllerWrapper[],
): Finding {
  const holders = wrappers.filter(({ metatype }) => prototypeOf(metatype)?.[name] === method);
  const [wrapper] = holders;
  if (wrapper === undefined || holders.length > 1)
    return { because: 'several controllers have it' };
  if (!wrapper.isDependencyTreeStatic()) return { because: 'its controller is made per record' };
  const instance = wrapper.instance as Record<string, unknown>;
  const isPlain =
    wrapper.metatype === controller &&
    (controller.prototype as object).constructor === controller &&
    Object.getPrototypeOf(instance) === controller.prototype &&
    instance[name] === method;
  return isPlain ? { instance } : { because: 'its controller is not an ordinary class' };
}

function prototypeOf(metatype: unknown): Record<string, unknown> | undefined {
  return typeof metatype === 'function'
    ? (metatype.prototype as Record<string, unknown> | undefined)
    : undefined;
}
