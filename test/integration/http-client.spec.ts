import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { HttpClient } from '../../src/connections/http/index.js';
import { freePort } from '../support/service-process.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const POST = { path: '/events', headers: { 'x-key': '1' }, body: '{"é":1}' };

/** Answers as the spec says, and remembers what came. */
class RecordingServer {
  readonly sockets = new Set<Socket>();
  readonly requests: { url: string | undefined; key: unknown; body: string }[] = [];
  answer: Answer = (_request, response) => response.end();
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.sockets.add(request.socket);
      const body = Buffer.concat(chunks).toString();
      this.requests.push({ url: request.url, key: request.headers['x-key'], body });
      this.answer(request, response);
    });
  });

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('the HTTP client', () => {
  let server: RecordingServer;
  let client: HttpClient;

  const connect = (baseUrl: string, timeoutMs = 5_000): void => {
    client = new HttpClient({ baseUrl, timeoutMs, headers: { accept: '*/*' } });
  };

  beforeEach(async () => {
    server = await new RecordingServer().listen();
    connect(`${server.url}/base/`);
  });

  afterEach(async () => {
    client.close();
    await server.close();
  });

  it('posts to a path behind that of its address, and gives the status', async () => {
    server.answer = (_request, response) => response.writeHead(202).end('thanks');
    expect(await client.post(POST)).toEqual({
      kind: 'answer',
      status: 202,
      retryAfterMs: undefined,
    });
    expect(server.requests).toEqual([{ url: '/base/events', key: '1', body: '{"é":1}' }]);
  });

  it('keeps its connection for the next request', async () => {
    server.answer = (_request, response) => response.end('x'.repeat(1_000));
    for (let count = 0; count < 5; count += 1) await client.post(POST);
    expect(server.requests).toHaveLength(5);
    expect(server.sockets.size).toBe(1);
  });

  it('sends again at once over a new connection what met a kept one that was closed', async () => {
    await client.post(POST);
    server.answer = (request, response) => {
      if (server.sockets.size === 1) request.socket.destroy();
      else response.end();
    };
    expect(await client.post(POST)).toMatchObject({ kind: 'answer', status: 200 });
    expect(server.sockets.size).toBe(2);
  });

  it('tells how long an answer asks to wait', async () => {
    server.answer = (_request, response) => response.writeHead(429, { 'retry-after': '3' }).end();
    expect(await client.post(POST)).toMatchObject({ status: 429, retryAfterMs: 3_000 });
  });

  it('follows nothing', async () => {
    server.answer = (_request, response) => response.writeHead(307, { location: '/base/x' }).end();
    expect(await client.post(POST)).toMatchObject({ status: 307 });
    expect(server.requests).toHaveLength(1);
  });

  it('gives up a request that nobody answers in time, which may have arrived', async () => {
    server.answer = () => undefined;
    client.close();
    connect(server.url, 50);
    expect(await client.post(POST)).toEqual({
      kind: 'no-answer',
      detail: 'no answer within 50 ms',
      mayHaveArrived: true,
    });
  });

  it('knows that a request has not arrived where nobody listens', async () => {
    client.close();
    connect(`http://127.0.0.1:${await freePort()}`);
    expect(await client.post(POST)).toEqual({
      kind: 'no-answer',
      detail: 'ECONNREFUSED',
      mayHaveArrived: false,
    });
  });

  it('takes the status for the answer, whatever becomes of the body', async () => {
    server.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half');
      setImmediate(() => response.destroy());
    };
    expect(await client.post(POST)).toMatchObject({ kind: 'answer', status: 200 });
    server.answer = (_request, response) => response.end(Buffer.alloc(1024 * 1024));
    expect(await client.post(POST)).toMatchObject({ kind: 'answer', status: 200 });
    server.answer = (_request, response) => response.end();
    expect(await client.post(POST)).toMatchObject({ kind: 'answer', status: 200 });
  });
});
