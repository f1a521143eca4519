import { createServer } from 'node:http';
import { AcceptedEvents } from './accepted-events.mjs';
import { Faults } from './faults.mjs';

const EVENTS_PATH = '/api/analytics/data';
const CONTROL_PATH = '/_control';

/**
 * An analytics API that keeps to idempotency keys, remembers what it accepted, and can be told to fail. Requests count
 * whatever becomes of them.
 */
export class AnalyticsStandIn {
  requests = 0;
  /** The keys of all requests, in their order. @type {string[]} */
  keys = [];
  #faults = new Faults();

  /** @param {{ file?: string }} [options] */
  constructor({ file } = {}) {
    this.accepted = new AcceptedEvents(file);
    this.server = createServer((request, response) => {
      this.#handle(request, response).catch((error) => {
        if (!response.headersSent) answer(response, 500, { error: error.message });
      });
    });
  }

  /** @param {number} [port] any free one without it */
  async listen(port = 0) {
    await new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    this.port = this.server.address().port;
    return this;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Ends connections too, those that hang included. */
  async close() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** @param {import('./faults.mjs').Fault[]} faults in place of those before */
  fail(faults) {
    this.#faults.all = faults.map((fault) => ({ ...fault }));
  }

  async #handle(request, response) {
    const body = await textOf(request);
    if (request.url === EVENTS_PATH && request.method === 'POST')
      this.#take(request, response, body);
    else if (request.url === CONTROL_PATH) this.#control(request, response, body);
    else answer(response, 404, { error: 'nothing is here' });
  }

  #take(request, response, body) {
    this.requests += 1;
    const key = request.headers['idempotency-key'];
    if (key !== undefined) this.keys.push(key);
    const event = readEvent(body);
    if (key === undefined || event === undefined)
      return answer(response, 400, { error: 'no event with a key' });
    const fault = this.#faults.meet(event);
    if (fault?.hang === true) return undefined;
    if (fault?.status !== undefined) {
      const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      return answer(response, fault.status, { error: 'as it was told' }, headers);
    }
    const before = this.accepted.bodyOf(key);
    if (before !== undefined && before !== body)
      return answer(response, 422, { error: 'the key was used for another event' });
    if (before === undefined) this.accepted.add(key, body);
    if (fault?.loseAnswer === true) return request.socket.destroy();
    return answer(response, 200, { eventId: event.eventId, repeated: before !== undefined });
  }

  #control({ method }, response, body) {
    if (method === 'PUT') this.fail(JSON.parse(body));
    if (method === 'DELETE') {
      this.fail([]);
      this.accepted.forget();
      this.requests = 0;
      this.keys = [];
    }
    answer(response, 200, {
      requests: this.requests,
      faults: this.#faults.all,
      events: this.accepted.events(),
      entities: this.accepted.entities(),
    });
  }
}

function readEvent(body) {
  try {
    const event = JSON.parse(body);
    return Array.isArray(event.customers) && Array.isArray(event.products) ? event : undefined;
  } catch {
    return undefined;
  }
}

async function textOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function answer(response, status, value, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}
