import { Logger } from '@nestjs/common';
import pg from 'pg';
import { PostgresConnections } from '../../src/connections/postgres/index.js';
import { ClaimRetention, PostgresLeaseIdempotencyProvider } from '../../src/idempotency/index.js';
import { storeSettings } from '../support/fresh-database.js';
import { startOwnPostgres, type PostgresServer } from '../support/stack.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { outageContract } from './idempotency-outage.contract.js';

interface Process {
  readonly connections: PostgresConnections;
  readonly retention: ClaimRetention;
}

const processes: Process[] = [];
let server: PostgresServer;
let proxy: TcpProxy;

function startProcess(url: string): PostgresLeaseIdempotencyProvider {
  const settings = storeSettings(url, { poolSize: 4 });
  const connections = new PostgresConnections(settings);
  const retention = new ClaimRetention(connections, settings);
  const provider = new PostgresLeaseIdempotencyProvider(connections, retention, settings);
  provider.prepare('orders');
  processes.push({ connections, retention });
  return provider;
}

async function isThere(condition: string, id: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT 1 FROM idempotency_leases WHERE id = $1 AND ${condition}`,
      [id],
    );
    return rows.length > 0;
  } finally {
    await client.end();
  }
}

describe('idempotency in a PostgreSQL apart from the effect that fails', () => {
  beforeAll(async () => {
    Logger.overrideLogger(false);
    server = await startOwnPostgres();
    proxy = await TcpProxy.listen(server.port);
  });

  afterAll(async () => {
    await Promise.all(
      processes.map(({ connections, retention }) => {
        retention.onModuleDestroy();
        return connections.close();
      }),
    );
    await proxy.close();
    await server.stop();
  });

  outageContract(() => {
    const behind = new URL(server.url);
    behind.port = String(proxy.port);
    return Promise.resolve({
      provider: startProcess(behind.href),
      another: startProcess(server.url),
      server,
      wire: {
        hold: () => proxy.set({ kind: 'blackhole', direction: 'to-client' }),
        cut: () => proxy.set({ kind: 'reset' }),
        heal: () => proxy.set({ kind: 'pass' }),
      },
      knows: (id) => isThere('true', id),
      hasRun: (id) => isThere('is_done', id),
    });
  });
});
