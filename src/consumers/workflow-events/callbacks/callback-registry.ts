import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { HandlerDeclarationError } from '../../../kafka/index.js';
import { TypePattern } from '../domain/index.js';
import { CallbackMark, type CallbackDeclaration } from './on-workflow-event.decorator.js';
import type { WorkflowCallback, WorkflowCallbackMethod } from './workflow-callback.js';

type Provider = ReturnType<DiscoveryService['getProviders']>[number];
type Methods = Record<string, WorkflowCallbackMethod>;

/**
 * Every method under `@OnWorkflowEvent` of every provider of the application, in the order of their names. Refuses at
 * start what could not be kept: a pattern that is none, two callbacks of one name, a provider that is made anew for each
 * request.
 */
@Injectable()
export class CallbackRegistry implements OnModuleInit {
  private callbacks: readonly WorkflowCallback[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    const instances = new Set<object>();
    const found = this.discovery.getProviders().flatMap((provider) => {
      const instance = provider.instance as unknown;
      // One instance may stand under several tokens.
      if (typeof instance !== 'object' || instance === null || instances.has(instance)) return [];
      instances.add(instance);
      return this.callbacksOf(provider, instance as Methods);
    });
    refuseSharedNames(found);
    this.callbacks = found.sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Those that want events of that type. */
  wanting(type: string): readonly WorkflowCallback[] {
    return this.callbacks.filter((callback) => callback.wants(type));
  }

  private callbacksOf(provider: Provider, instance: Methods): WorkflowCallback[] {
    const names = this.scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object | null);
    return names.flatMap((method) => {
      const declaration = this.discovery.getMetadataByDecorator(CallbackMark, provider, method);
      if (declaration === undefined) return [];
      const place = `${instance.constructor.name}.${method}`;
      if (!provider.isDependencyTreeStatic()) {
        throw new HandlerDeclarationError(
          `@OnWorkflowEvent of ${place}: its provider is made for each request, and there are none here`,
        );
      }
      const { name = place } = declaration;
      const patterns = patternsOf(declaration, place);
      return [
        {
          name,
          wants: (type: string) => patterns.some((pattern) => pattern.matches(type)),
          call: async (event, context) => {
            await instance[method]!(event, context);
          },
        } satisfies WorkflowCallback,
      ];
    });
  }
}

function patternsOf({ patterns }: CallbackDeclaration, place: string): TypePattern[] {
  if (patterns.length === 0) {
    throw new HandlerDeclarationError(`@OnWorkflowEvent of ${place} names no type of event`);
  }
  return patterns.map((text) => {
    const pattern = TypePattern.parse(text);
    if (pattern !== undefined) return pattern;
    throw new HandlerDeclarationError(
      `@OnWorkflowEvent of ${place}: "${text}" is no pattern: words with dots between them, ` +
        '* for one whole word, ** as the last for all that follow',
    );
  });
}

function refuseSharedNames(callbacks: readonly WorkflowCallback[]): void {
  const names = callbacks.map(({ name }) => name);
  const shared = names.find((name, index) => names.indexOf(name) !== index);
  if (shared === undefined) return;
  throw new HandlerDeclarationError(
    `two callbacks of workflow events are named ${shared}: give one of them another name, or provide its class once`,
  );
}
