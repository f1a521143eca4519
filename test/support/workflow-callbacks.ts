import { Module, type Type } from '@nestjs/common';
import { PostgresModule } from '../../src/connections/postgres/index.js';
import { discoverConsumers, type DiscoveredConsumer } from '../../src/discover-consumers.js';

const FOLDER = new URL('../../src/consumers/', import.meta.url);

/** The consumer workflow-events with callbacks of the spec's own, which may write through `PostgresDatabase`. */
export async function workflowEventsWith(callbacks: readonly Type[]): Promise<DiscoveredConsumer> {
  const found = (await discoverConsumers([FOLDER])).find(
    ({ declaration }) => declaration.name === 'workflow-events',
  )!;
  class WithCallbacks {}
  Module({
    imports: [found.module, PostgresModule.forConsumer('workflow-events', [])],
    providers: [...callbacks],
  })(WithCallbacks);
  return { ...found, module: WithCallbacks };
}
