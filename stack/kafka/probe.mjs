import { connect } from 'node:net';

const METADATA = { key: 3, version: 2 };
const OFFSET_FETCH = { key: 9, version: 2 };
const FIND_COORDINATOR = { key: 10, version: 1 };

// Their hashes fall on each of the five partitions of the offsets topic.
const GROUPS = ['0', '1', '2', '3', '4'];

/**
 * The id of the cluster that answers on the port. Throws when nothing, or nothing that speaks Kafka, does.
 * @returns {Promise<string>}
 */
export async function clusterIdAt(port, host = '127.0.0.1') {
  const [reply] = await exchange({ port, host }, [request(METADATA, arrayOfNone())]);
  return clusterIdOf(reply);
}

/**
 * The port that the group's coordinator is advertised at, or undefined while there is none. Any broker knows.
 * @returns {Promise<number | undefined>}
 */
export async function coordinatorPort(port, group, host = '127.0.0.1') {
  const question = request(FIND_COORDINATOR, Buffer.concat([text(group), Buffer.from([0])]));
  const [found] = await exchange({ port, host }, [question]);
  return found.readInt16BE(4) === 0 ? found.readInt32BE(found.length - 4) : undefined;
}

/**
 * True when groups can join: a coordinator is found and has loaded for every part of the offsets topic. An open port
 * alone promises neither.
 */
export async function coordinatorsReady(port, host = '127.0.0.1') {
  const ready = await Promise.all(
    GROUPS.map(async (group) => {
      const coordinator = await coordinatorPort(port, group, host);
      if (coordinator === undefined) return false;
      const question = request(OFFSET_FETCH, Buffer.concat([text(group), allTopics()]));
      const [reply] = await exchange({ port: coordinator, host }, [question]);
      return reply.readInt16BE(reply.length - 2) === 0;
    }),
  );
  return ready.every(Boolean);
}

function text(value) {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

const arrayOfNone = () => Buffer.from([0, 0, 0, 0]);
const allTopics = () => Buffer.from([0xff, 0xff, 0xff, 0xff]);

function request({ key, version }, body) {
  const header = Buffer.alloc(12);
  header.writeInt16BE(key, 4);
  header.writeInt16BE(version, 6);
  const message = Buffer.concat([header, text('millrace-probe'), body]);
  message.writeInt32BE(message.length - 4, 0);
  return message;
}

/** Sends the requests over one connection and gives the bodies of their replies, in order. */
function exchange({ port, host }, requests) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host });
    let received = Buffer.alloc(0);
    const finish = (error, replies) => {
      socket.destroy();
      if (error) reject(error);
      else resolve(replies);
    };
    socket.setTimeout(3000, () => finish(new Error(`no answer from ${host}:${port}`)));
    socket.once('error', finish);
    socket.once('close', () => finish(new Error(`${host}:${port} closed the connection`)));
    socket.once('connect', () => socket.write(Buffer.concat(requests)));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const replies = splitReplies(received);
      if (replies.length === requests.length) finish(undefined, replies);
    });
  });
}

/** Every complete reply, without its length and correlation id. */
function splitReplies(bytes) {
  const replies = [];
  let start = 0;
  while (start + 4 <= bytes.length) {
    const end = start + 4 + bytes.readInt32BE(start);
    if (end > bytes.length || end < start + 8) break;
    replies.push(bytes.subarray(start + 8, end));
    start = end;
  }
  return replies;
}

/** Metadata version 2: brokers (id, host, port, rack), then the cluster's id. */
function clusterIdOf(reply) {
  let position = 4;
  const skipText = () => {
    position += 2 + Math.max(0, reply.readInt16BE(position));
  };
  for (let brokers = reply.readInt32BE(0); brokers > 0; brokers -= 1) {
    position += 4;
    skipText();
    position += 4;
    skipText();
  }
  const length = reply.readInt16BE(position);
  return reply.toString('utf8', position + 2, position + 2 + length);
}
