import { createServer } from 'node:net';

// Below the range systems give to outgoing connections (Linux: from 32768): a client that keeps connecting to a
// stopped server could otherwise be given the server's own port and keep it from coming back.
const LOWEST = 20_000;
const HIGHEST = 31_999;

/** Listens on the port, or answers undefined when it is taken. */
function tryListen(port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

/** @param {number} port */
export async function portIsFree(port, host = '127.0.0.1') {
  const server = await tryListen(port, host);
  if (server === undefined) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/**
 * Different ports that are free now. Another process may take one before it is used: who uses them tries again.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count, host = '127.0.0.1') {
  const held = new Map();
  try {
    while (held.size < count) {
      const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
      const server = held.has(port) ? undefined : await tryListen(port, host);
      if (server !== undefined) held.set(port, server);
    }
    return [...held.keys()];
  } finally {
    await Promise.all(
      [...held.values()].map((server) => new Promise((resolve) => server.close(resolve))),
    );
  }
}

/** The first free port from `from` on. */
export async function nextFreePort(from, host = '127.0.0.1') {
  for (let port = from; port < from + 100; port += 1) {
    if (await portIsFree(port, host)) return port;
  }
  throw new Error(`no free port between ${from} and ${from + 99}`);
}
