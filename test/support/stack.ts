import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KafkaBroker, KafkaCluster } from '../../stack/kafka/index.mjs';
import { PostgresServer } from '../../stack/postgres/index.mjs';
import { freePort } from './service-process.js';
import { TcpProxy } from './tcp-proxy.js';

export { KafkaBroker, KafkaCluster, PostgresServer };

/** A broker of the spec's own, to stop, kill and start again on the same port. `stop` it in afterAll. */
export function startOwnKafka(
  settings: Readonly<Record<string, string>> = {},
): Promise<KafkaBroker> {
  return new KafkaBroker({ folder: ownFolder('kafka'), settings }).start();
}

/** A broker of the spec's own that every client reaches through a wire that the spec can damage. Stop and close both. */
export async function startProxiedKafka(): Promise<{ broker: KafkaBroker; proxy: TcpProxy }> {
  const port = await freePort();
  const proxy = await TcpProxy.listen(port);
  const settings = { 'advertised.listeners': `PLAINTEXT://${proxy.address}` };
  const broker = await new KafkaBroker({ folder: ownFolder('kafka'), port, settings }).start();
  return { broker, proxy };
}

/** Brokers of the spec's own that share partitions out among them. `stop` it in afterAll. */
export function startOwnCluster(size: number): Promise<KafkaCluster> {
  return new KafkaCluster({ folder: ownFolder('cluster'), size }).start();
}

/** A PostgreSQL server of the spec's own, to stop, kill and start again on the same port. `stop` it in afterAll. */
export function startOwnPostgres(): Promise<PostgresServer> {
  return new PostgresServer({ folder: ownFolder('postgres'), durable: false }).start();
}

/** Under the folder that the test run sweeps at its end, so that a spec that dies leaves no server behind. */
function ownFolder(name: string): string {
  const parent = mkdtempSync(join(process.env['MILLRACE_TEST_FOLDER'] ?? tmpdir(), `${name}-`));
  chmodSync(parent, 0o755); // root starts PostgreSQL as another account
  return join(parent, name);
}
