import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire between a client and PostgreSQL that a test can damage. */
export interface PostgresProxy {
  readonly url: string;
  /** Lets the next COMMIT through to the server and cuts the wire as soon as the server has answered it. */
  loseNextCommitAnswer(): void;
  /** Nothing passes any more, and nothing is closed: what a frozen server looks like. */
  freeze(): void;
  close(): Promise<void>;
}

export async function postgresProxy(target: string): Promise<PostgresProxy> {
  const upstream = new URL(target);
  const sockets = new Set<Socket>();
  const state = { losesCommit: false, isFrozen: false };
  const server = createServer((client) => {
    const database = connect(Number(upstream.port || 5432), upstream.hostname);
    let awaitsCommit = false;
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.unref();
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        database.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (state.isFrozen) return;
      if (state.losesCommit && bytes.includes('COMMIT\0')) {
        state.losesCommit = false;
        awaitsCommit = true;
      }
      database.write(bytes);
    });
    database.on('data', (bytes) => {
      if (state.isFrozen) return;
      if (awaitsCommit) client.destroy();
      else client.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    loseNextCommitAnswer: () => {
      state.losesCommit = true;
    },
    freeze: () => {
      state.isFrozen = true;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
