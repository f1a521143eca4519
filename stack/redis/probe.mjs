import { connect } from 'node:net';

const TIMEOUT_MS = 1_000;

/**
 * Asks a server for one line with a connection of its own, without a client library: node_modules may be missing.
 * Undefined when nothing answers.
 * @param {number} port
 * @param {string} command
 * @returns {Promise<string | undefined>}
 */
export function askRedis(port, command) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let answer = '';
    const end = (line) => {
      socket.destroy();
      resolve(line);
    };
    socket.setTimeout(TIMEOUT_MS, () => end(undefined));
    socket.on('error', () => end(undefined));
    socket.on('close', () => end(undefined));
    socket.on('connect', () => socket.write(`${command}\r\n`));
    socket.on('data', (bytes) => {
      answer += bytes;
      const lineEnd = answer.indexOf('\r\n');
      if (lineEnd >= 0) end(answer.slice(0, lineEnd));
    });
  });
}
