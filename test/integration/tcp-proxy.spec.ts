import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { TcpProxy } from '../support/tcp-proxy.js';

/** A client of the proxy that remembers what it was sent and how it ended. */
class Caller {
  received = '';
  ended: string | undefined;
  readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (bytes: Buffer) => (this.received += bytes.toString()));
    this.socket.on('error', (error: NodeJS.ErrnoException) => (this.ended = error.code));
    this.socket.on('end', () => (this.ended ??= 'end'));
  }

  async says(text: string): Promise<void> {
    this.socket.write(text);
    await eventually(() => this.received.endsWith(`${text}!`), `the echo of ${text}`);
  }
}

describe('the TCP proxy', () => {
  let echo: Server;
  let proxy: TcpProxy;
  let heard = '';

  beforeAll(async () => {
    echo = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Buffer) => {
        heard += bytes.toString();
        socket.write(`${bytes.toString()}!`);
      });
    }).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    proxy = await TcpProxy.listen((echo.address() as AddressInfo).port);
  });

  beforeEach(() => {
    heard = '';
    proxy.set({ kind: 'pass' });
  });

  afterAll(async () => {
    await proxy.close();
    echo.close();
  });

  it('passes bytes and the end of a connection', async () => {
    const caller = new Caller(proxy.port);
    await caller.says('one');
    caller.socket.end();
    await eventually(() => caller.ended === 'end', 'the connection has ended');
    await eventually(() => proxy.openConnections === 0, 'the proxy has let go');
  });

  it('keeps the order of bytes while the latency changes', async () => {
    const caller = new Caller(proxy.port);
    await caller.says('a');
    proxy.set({ kind: 'latency', milliseconds: 200 });
    caller.socket.write('late');
    await sleep(20);
    expect(heard).toBe('a');
    proxy.set({ kind: 'latency', milliseconds: 1 });
    await caller.says('later');
    expect(heard).toBe('alatelater');
    caller.socket.destroy();
  });

  it('resets connections, the new ones too', async () => {
    const old = new Caller(proxy.port);
    await old.says('one');
    proxy.set({ kind: 'reset' });
    await eventually(() => old.ended === 'ECONNRESET', 'the old connection is reset');
    const fresh = new Caller(proxy.port);
    await eventually(() => fresh.ended === 'ECONNRESET', 'the new connection is reset');
  });

  it('loses nothing of what a black hole held, in either direction', async () => {
    const caller = new Caller(proxy.port);
    await caller.says('one');
    for (const direction of ['both', 'to-server', 'to-client'] as const) {
      const before = caller.received;
      proxy.set({ kind: 'blackhole', direction });
      caller.socket.write(direction);
      if (direction === 'to-client') {
        await eventually(() => heard.endsWith(direction), 'the server has heard it');
      }
      await sleep(50);
      expect(caller.received).toBe(before);
      if (direction !== 'to-client') expect(heard.endsWith(direction)).toBe(false);
      proxy.set({ kind: 'pass' });
      await eventually(() => caller.received.endsWith(`${direction}!`), 'it arrives when healed');
    }
    expect(caller.ended).toBeUndefined();
    caller.socket.destroy();
  });

  it('keeps a half-open connection silent for ever, and lets new ones pass', async () => {
    const old = new Caller(proxy.port);
    await old.says('one');
    proxy.set({ kind: 'half-open' });
    old.socket.write('lost');
    const fresh = new Caller(proxy.port);
    await fresh.says('two');
    proxy.set({ kind: 'pass' });
    await fresh.says('three');
    expect(heard).toBe('onetwothree');
    expect(old.received).toBe('one!');
    expect(old.ended).toBeUndefined();
    old.socket.destroy();
    fresh.socket.destroy();
  });
});
