import { jest } from '@jest/globals';

/** Puts the model in the place of the client on kafkajs. Called before anything of the engine is imported. */
export async function putModelInPlace(): Promise<void> {
  // Of these timers only the global ones can be replaced for one schedule.
  jest.unstable_mockModule('node:timers/promises', () => ({
    setTimeout: sleep,
    setImmediate: sleep,
  }));
  const { SimulatedClient } = await import('./simulated-client.js');
  jest.unstable_mockModule('../../../src/kafka/client/group.client.js', () => ({
    GroupClient: SimulatedClient,
  }));
}

function sleep(ms = 0, value?: unknown, options: { signal?: AbortSignal } = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, value);
    options.signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    });
  });
}
