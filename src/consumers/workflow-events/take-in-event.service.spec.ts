import type { Settings } from '../../config/index.js';
import { IdConflictError } from '../../idempotency/index.js';
import type { RecordContext } from '../../kafka/index.js';
import { ContractViolationError } from '../../record/index.js';
import type { CallbackRunner } from './callbacks/index.js';
import type { RunEvent } from './domain/index.js';
import type { Stored } from './persistence/index.js';
import { TakeInEvent } from './take-in-event.service.js';

function takingIn(unknownTypes: string, answer: Stored = 'stored') {
  const steps: string[] = [];
  const events = {
    store: () => {
      steps.push('store');
      return Promise.resolve(answer);
    },
  };
  const callbacks = {
    run: () => {
      steps.push('callbacks');
      return Promise.resolve();
    },
  };
  const own = { WORKFLOW_EVENTS_UNKNOWN_TYPES: unknownTypes };
  const service = new TakeInEvent(
    events,
    callbacks as unknown as CallbackRunner,
    { consumers: new Map([['workflow-events', { own }]]) } as unknown as Settings,
  );
  const take = (type: string): Promise<void> =>
    service.execute({ type } as RunEvent, { record: {} } as RecordContext);
  return { steps, take };
}

describe('an event', () => {
  it('is stored before its callbacks are called', async () => {
    const { steps, take } = takingIn('store');
    await take('workflow.started');
    expect(steps).toEqual(['store', 'callbacks']);
  });

  it('that was stored by an attempt before has its callbacks called', async () => {
    const { steps, take } = takingIn('store', 'known');
    await take('workflow.started');
    expect(steps).toEqual(['store', 'callbacks']);
  });

  it('whose id stands for another value has none called', async () => {
    const { steps, take } = takingIn('store', 'conflict');
    await expect(take('workflow.started')).rejects.toBeInstanceOf(IdConflictError);
    expect(steps).toEqual(['store']);
  });

  it('of an unknown type is taken in like others, or refused before anything is stored', async () => {
    const lenient = takingIn('store');
    await lenient.take('engine.paused');
    expect(lenient.steps).toEqual(['store', 'callbacks']);
    const strict = takingIn('dead-letter');
    await expect(strict.take('engine.paused')).rejects.toBeInstanceOf(ContractViolationError);
    expect(strict.steps).toEqual([]);
    await strict.take('step.failed');
    expect(strict.steps).toEqual(['store', 'callbacks']);
  });
});
