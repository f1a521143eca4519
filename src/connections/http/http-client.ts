import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { retryAfterMs } from './retry-after.policy.js';

export interface HttpClientOptions {
  /** Paths are appended to its own. */
  readonly baseUrl: string;
  /** From the beginning of a request to the head of its answer. */
  readonly timeoutMs: number;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpPost {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of a request. */
export type HttpResult =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** How long the answer asks to wait before the next request. */
      readonly retryAfterMs: number | undefined;
    }
  | {
      readonly kind: 'no-answer';
      /** In words, without anything of the request. */
      readonly detail: string;
      /** The server may have the request all the same. */
      readonly mayHaveArrived: boolean;
    };

const NEVER_ARRIVED: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
/** More of an answer's body is not read: its connection is not used again. */
const LONGEST_BODY_BYTES = 64 * 1024;

/**
 * Requests to one server, over connections that are kept open. The head of an answer says everything; its body is read so
 * that the connection can be used again, and thrown away. Nothing is followed: a redirect is an answer. A kept connection
 * that turns out to be closed costs a second request at once, so a request may arrive twice.
 */
export class HttpClient {
  private readonly url: URL;
  private readonly agent: HttpAgent;

  constructor(private readonly options: HttpClientOptions) {
    this.url = new URL(options.baseUrl);
    const Agent = this.isSecure ? HttpsAgent : HttpAgent;
    this.agent = new Agent({ keepAlive: true });
  }

  private get isSecure(): boolean {
    return this.url.protocol === 'https:';
  }

  /** Never rejects. */
  async post(post: HttpPost): Promise<HttpResult> {
    const first = await this.ask(post);
    const { result } = first.wasKeptOpen ? await this.ask(post) : first;
    return result;
  }

  /** Closes what is kept open; requests under way end without an answer. */
  close(): void {
    this.agent.destroy();
  }

  private ask({ path, headers, body }: HttpPost): Promise<Asked> {
    const { timeoutMs, headers: always } = this.options;
    const url = new URL(this.url);
    url.pathname = url.pathname.replace(/\/+$/, '') + path;
    return new Promise((resolve) => {
      const send = this.isSecure ? httpsRequest : httpRequest;
      const request = send(url, {
        method: 'POST',
        agent: this.agent,
        headers: { ...always, ...headers, 'content-length': Buffer.byteLength(body) },
      });
      const timer = setTimeout(() => request.destroy(new NoAnswerInTime(timeoutMs)), timeoutMs);
      request.once('response', (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > LONGEST_BODY_BYTES) request.destroy();
        });
        // What happens to the body says nothing any more; one that never ends is cut off with the request's time.
        response.on('error', () => undefined);
        const after = retryAfterMs(response.headers['retry-after'], Date.now());
        const result = {
          kind: 'answer',
          status: response.statusCode!,
          retryAfterMs: after,
        } as const;
        resolve({ result, wasKeptOpen: false });
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        const wasKeptOpen = request.reusedSocket && error.code === 'ECONNRESET';
        resolve({ result: unanswered(error), wasKeptOpen });
      });
      request.once('close', () => clearTimeout(timer));
      request.end(body);
    });
  }
}

interface Asked {
  readonly result: HttpResult;
  /** The request went over a connection that had been closed before it. */
  readonly wasKeptOpen: boolean;
}

class NoAnswerInTime extends Error {
  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

function unanswered(error: NodeJS.ErrnoException): HttpResult {
  const { code, message } = error;
  const detail = error instanceof NoAnswerInTime ? message : (code ?? 'the connection failed');
  return { kind: 'no-answer', detail, mayHaveArrived: !NEVER_ARRIVED.has(code ?? '') };
}
