import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands for what handlers call over HTTP. It can go away and come back at the same address. */
export class CalledService {
  private port = 0;
  private server: Server | undefined;

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  get isUp(): boolean {
    return this.server !== undefined;
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      request.resume();
      response.end('done');
    });
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    return this;
  }

  /** Whoever calls from now on is refused; calls under way are cut off. */
  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
}
