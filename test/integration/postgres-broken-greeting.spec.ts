import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { ConnectionPool } from '../../src/connections/postgres/connection-pool.js';

/** A message of the server: its letter, the length of what follows with its own four bytes, and that. */
function message(letter: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(letter), length, content]);
}

const GREETING = Buffer.concat([
  message('R', Buffer.from([0, 0, 0, 0])),
  message('Z', Buffer.from('I')),
  message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection\0\0')),
]);

let server: Server;

beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    // Accepted and terminated in one packet.
    socket.once('data', () => socket.end(GREETING));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.close();
  await once(server, 'close');
});

describe('a connection that is terminated in the packet that accepts it', () => {
  it('fails whoever uses it, and nothing else', async () => {
    const { port } = server.address() as AddressInfo;
    const pool = new ConnectionPool({
      address: () => `postgres://nobody@127.0.0.1:${port}/none`,
      server: 'the server',
      applicationName: 'spec',
      size: 1,
      timeouts: { connectMs: 2_000, statementMs: 2_000, answerMs: 2_000 },
      onIdleLoss: () => undefined,
    });
    const connection = await pool.take();
    await expect(connection.query('SELECT 1')).rejects.toMatchObject({
      code: 'DEPENDENCY_UNAVAILABLE',
    });
    expect(connection.isUsable).toBe(false);
    connection.release();
    await pool.close();
  });
});
