import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ProxyPipe } from './proxy-pipe.js';

/**
 * What a network does to connections.
 * - `pass`: bytes go through at once.
 * - `latency`: bytes go through in order, each way late by so much.
 * - `reset`: every connection is reset, and so is each new one.
 * - `blackhole`: nothing arrives and nothing is closed, on new connections too. What was sent arrives after the healing.
 * - `half-open`: the connections of this moment stay open and are silent for ever; new ones pass.
 */
export type ProxyMode =
  | { readonly kind: 'pass' }
  | { readonly kind: 'latency'; readonly milliseconds: number }
  | { readonly kind: 'reset' }
  | { readonly kind: 'blackhole'; readonly direction: 'both' | 'to-server' | 'to-client' }
  | { readonly kind: 'half-open' };

const PASS: ProxyMode = { kind: 'pass' };

interface Connection {
  readonly client: Socket;
  readonly server: Socket;
  readonly toServer: ProxyPipe;
  readonly toClient: ProxyPipe;
}

/** A wire on loopback that a test can damage. A broker behind it must advertise the proxy's port as its own. */
export class TcpProxy {
  private mode = PASS;
  private readonly connections = new Set<Connection>();

  private constructor(
    private readonly listener: Server,
    /** Where connections go; may be set after the proxy listens, for a server that must be told the proxy's port. */
    public targetPort: number,
  ) {
    listener.on('connection', (client) => this.accept(client));
  }

  static async listen(targetPort = 0): Promise<TcpProxy> {
    const listener = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    listener.unref();
    return new TcpProxy(listener, targetPort);
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** How many connections are open now, silent ones included. */
  get openConnections(): number {
    return this.connections.size;
  }

  /** Damages, or heals with `pass`, every connection from now on. */
  set(mode: ProxyMode): void {
    this.mode = mode;
    for (const connection of this.connections) this.apply(connection, mode);
    // It concerns the connections of that moment alone.
    if (mode.kind === 'half-open') this.mode = PASS;
  }

  async close(): Promise<void> {
    for (const { client, server } of this.connections) {
      client.destroy();
      server.destroy();
    }
    this.listener.close();
    await once(this.listener, 'close');
  }

  private accept(client: Socket): void {
    const server = connect({ port: this.targetPort, host: '127.0.0.1', allowHalfOpen: true });
    const connection: Connection = {
      client,
      server,
      toServer: new ProxyPipe(client, server),
      toClient: new ProxyPipe(server, client),
    };
    this.connections.add(connection);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.setNoDelay(true);
      socket.unref();
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => {
        if (client.destroyed && server.destroyed) this.connections.delete(connection);
      });
    }
    this.apply(connection, this.mode);
  }

  private apply({ client, server, toServer, toClient }: Connection, mode: ProxyMode): void {
    if (mode.kind === 'reset') {
      client.resetAndDestroy();
      server.resetAndDestroy();
      return;
    }
    const isSilent = mode.kind === 'half-open';
    const held = mode.kind === 'blackhole' ? mode.direction : undefined;
    const delayMs = mode.kind === 'latency' ? mode.milliseconds : 0;
    toServer.set({ isSilent, isHeld: held === 'both' || held === 'to-server', delayMs });
    toClient.set({ isSilent, isHeld: held === 'both' || held === 'to-client', delayMs });
  }
}
