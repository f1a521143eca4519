import { runOnStockTransport } from './stock-transport.mjs';

/** As Nest's documentation sets it up. */
await runOnStockTransport('stock-nest', undefined);
