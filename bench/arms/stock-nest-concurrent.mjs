import { readTask } from './contract.mjs';
import { runOnStockTransport } from './stock-transport.mjs';

/** The best that Nest's own transport can be set to: every partition at once. */
await runOnStockTransport('stock-nest-concurrent', readTask().partitions);
