import { Injectable, Module, Scope, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { HandlerDeclarationError } from '../../../kafka/index.js';
import type { RunEvent } from '../domain/index.js';
import { CallbackRegistry } from './callback-registry.js';
import { OnWorkflowEvent } from './on-workflow-event.decorator.js';

async function registryOf(...providers: Provider[]): Promise<CallbackRegistry> {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    providers: [CallbackRegistry, ...providers],
  }).compile();
  await module.init();
  return module.get(CallbackRegistry);
}

const namesOf = (registry: CallbackRegistry, type: string): string[] =>
  registry.wanting(type).map(({ name }) => name);

@Injectable()
class Notices {
  readonly seen: string[] = [];

  @OnWorkflowEvent('workflow.failed')
  failed(event: RunEvent): void {
    this.seen.push(event.id);
  }

  @OnWorkflowEvent(['workflow.*', 'workflow.started'], { name: 'all-runs' })
  any(): void {
    // It only has to be found.
  }

  other(): void {
    // Nobody asked for it.
  }
}

describe('callbacks', () => {
  it('are the marked methods of providers, by name, each once for a type', async () => {
    const registry = await registryOf(Notices);
    expect(namesOf(registry, 'workflow.failed')).toEqual(['Notices.failed', 'all-runs']);
    expect(namesOf(registry, 'workflow.started')).toEqual(['all-runs']);
    expect(namesOf(registry, 'step.failed')).toEqual([]);
  });

  it('are called on their instance', async () => {
    const notices = new Notices();
    const registry = await registryOf({ provide: Notices, useValue: notices });
    const [callback] = registry.wanting('workflow.failed');
    await callback!.call({ id: 'e-1' } as RunEvent, {} as never);
    expect(notices.seen).toEqual(['e-1']);
  });

  it('are found in other modules, and once where a provider has two tokens', async () => {
    @Module({ providers: [Notices, { provide: 'ALIAS', useExisting: Notices }] })
    class Elsewhere {}
    const module = await Test.createTestingModule({
      imports: [DiscoveryModule, Elsewhere],
      providers: [CallbackRegistry],
    }).compile();
    await module.init();
    expect(namesOf(module.get(CallbackRegistry), 'workflow.failed')).toHaveLength(2);
  });

  it('are refused under one name', async () => {
    await expect(
      registryOf(Notices, { provide: 'AGAIN', useFactory: () => new Notices() }),
    ).rejects.toThrow(/two callbacks of workflow events are named Notices\.failed/);
  });

  it('are refused with a pattern that is none, or with none', async () => {
    class Wrong {
      @OnWorkflowEvent('step.fail*')
      handle(): void {
        // Never called.
      }
    }
    class Empty {
      @OnWorkflowEvent([])
      handle(): void {
        // Never called.
      }
    }
    const refusal = registryOf(Wrong);
    await expect(refusal).rejects.toThrow(HandlerDeclarationError);
    await expect(refusal).rejects.toThrow(/Wrong\.handle: "step\.fail\*" is no pattern/);
    await expect(registryOf(Empty)).rejects.toThrow(/Empty\.handle names no type/);
  });

  it('are refused on a provider that is made for each request', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped {
      @OnWorkflowEvent('**')
      handle(): void {
        // Never called.
      }
    }
    await expect(registryOf(Scoped)).rejects.toThrow(/Scoped\.handle: its provider is made for/);
  });
});
