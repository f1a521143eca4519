import { Inject, Injectable, UsePipes } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { HandlerDescription } from '../../record/index.js';
import { consumerGroupOf } from './consumer-group.decorator.js';
import {
  addPatternExtras,
  contractOf,
  handlerMethodsOf,
  hasExceptionFilters,
  type ControllerClass,
} from './handler-metadata.js';
import { HandlerRegistry, type FoundHandler } from './handler-registry.js';
import { noteError } from './note-error.hook.js';
import { RecordValidationPipe } from './record-validation.pipe.js';
import { RethrowFilter } from './rethrow.filter.js';

/** Injected by the composition root: which consumer each discovered controller belongs to. */
export const CONSUMER_OF_CONTROLLER = Symbol('CONSUMER_OF_CONTROLLER');

/** Travels from the found method to the transport inside Nest's pattern extras. */
export const FOUND_HANDLER = Symbol('FOUND_HANDLER');

/** A method's metadata outlives an application: a second one in the same process must not add a second pipe. */
const validated = new WeakSet<object>();

/**
 * Finds the application's event handlers before Nest binds them, gives each its validation pipe and its identity, and
 * sees to it that an exception filter of the application cannot swallow a failure. Run it after the application is
 * created and its global filters are set, and before the transport is connected.
 */
@Injectable()
export class HandlerDiscovery {
  constructor(
    private readonly modules: ModulesContainer,
    private readonly applicationConfig: ApplicationConfig,
    private readonly registry: HandlerRegistry,
    @Inject(CONSUMER_OF_CONTROLLER)
    private readonly consumers: ReadonlyMap<ControllerClass, string>,
  ) {}

  /** What is declared, for whoever looks at handlers and runs none: bound to nothing, in an application of its own. */
  describe(): readonly HandlerDescription[] {
    const found = this.found();
    for (const handler of found) this.registry.declare(handler);
    return found.flatMap((handler) =>
      handler.patterns.flatMap((topic) =>
        this.registry.bind(handler, topic as string, () => undefined),
      ),
    );
  }

  run(): void {
    const found = this.found();
    for (const handler of found) this.prepare(handler);
    if (this.hasFiltersOfTheApplication(found)) {
      this.applicationConfig.registerPreRequestHook(noteError);
    }
  }

  private found(): FoundHandler[] {
    return this.controllers().flatMap((controller) =>
      handlerMethodsOf(controller).map((method) => ({
        ...method,
        consumer: this.consumerOf(controller),
      })),
    );
  }

  private controllers(): ControllerClass[] {
    const classes = [...this.modules.values()].flatMap((module) =>
      [...module.controllers.values()].map(({ metatype }) => metatype),
    );
    return [...new Set(classes)].filter(
      (metatype) => typeof metatype === 'function',
    ) as ControllerClass[];
  }

  private prepare(found: FoundHandler): void {
    this.registry.declare(found);
    addPatternExtras(found.method, { [FOUND_HANDLER]: found });
    const hasContract = contractOf(found.controller, found.name) !== undefined;
    if (!hasContract || validated.has(found.method)) return;
    validated.add(found.method);
    // Bound to the method and not globally, so that HTTP controllers keep their own ways.
    UsePipes(new RecordValidationPipe())(found.controller, found.name, { value: found.method });
  }

  private consumerOf(controller: ControllerClass): string {
    return (
      consumerGroupOf(controller)?.consumer ??
      this.consumers.get(controller) ??
      kebabCase(controller.name.replace(/Controller$/, ''))
    );
  }

  private hasFiltersOfTheApplication(found: readonly FoundHandler[]): boolean {
    const { applicationConfig } = this;
    const globals = [
      ...applicationConfig.getGlobalFilters(),
      ...applicationConfig.getGlobalRequestFilters(),
    ].filter((filter) => !(filter instanceof RethrowFilter));
    return (
      globals.length > 0 ||
      found.some(({ controller, method }) => hasExceptionFilters(controller, method))
    );
  }
}

function kebabCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}
