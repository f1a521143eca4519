import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';

const PAGE = 400;

/** As much of S3 as an object store asks for, in memory: one bucket, addressed by path. */
export class FakeS3 {
  readonly objects = new Map<string, Buffer>();
  /** So many creations are answered 409 before the next is looked at. */
  conflicts = 0;
  private readonly server: Server;

  private constructor(private readonly bucket: string) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(bucket: string): Promise<FakeS3> {
    const fake = new FakeS3(bucket);
    fake.server.listen(0, '127.0.0.1');
    await once(fake.server, 'listening');
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, 'http://fake');
    const [, bucket, ...parts] = pathname.split('/').map(decodeURIComponent);
    const key = parts.join('/');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (bucket !== this.bucket) return fault(response, 404, 'NoSuchBucket');
    if (request.method === 'PUT') return this.put(request, response, key, Buffer.concat(chunks));
    if (request.method === 'HEAD') return void response.writeHead(200).end();
    if (key === '') return this.list(response, searchParams);
    const bytes = this.objects.get(key);
    if (bytes === undefined) return fault(response, 404, 'NoSuchKey');
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  }

  private put(request: IncomingMessage, response: ServerResponse, key: string, body: Buffer): void {
    if (this.conflicts > 0) {
      this.conflicts -= 1;
      return fault(response, 409, 'ConditionalRequestConflict');
    }
    const isConditional = request.headers['if-none-match'] === '*';
    if (isConditional && this.objects.has(key)) return fault(response, 412, 'PreconditionFailed');
    const isChunked = String(request.headers['content-encoding']).includes('aws-chunked');
    this.objects.set(key, isChunked ? unchunked(body) : body);
    response.writeHead(200, { etag: '"x"' }).end();
  }

  private list(response: ServerResponse, asked: URLSearchParams): void {
    const prefix = asked.get('prefix') ?? '';
    const after = asked.get('continuation-token') ?? asked.get('start-after') ?? '';
    const entries = new Set<string>();
    for (const key of this.objects.keys()) {
      if (!key.startsWith(prefix)) continue;
      const end = key.indexOf('/', prefix.length);
      entries.add(end < 0 ? key : key.slice(0, end + 1));
    }
    const order = (left: string, right: string) =>
      Buffer.compare(Buffer.from(left), Buffer.from(right));
    const found = [...entries].filter((entry) => order(entry, after) > 0).sort(order);
    const page = found.slice(0, PAGE);
    const xml = page.map((entry) =>
      entry.endsWith('/')
        ? `<CommonPrefixes><Prefix>${entry}</Prefix></CommonPrefixes>`
        : `<Contents><Key>${entry}</Key></Contents>`,
    );
    const token =
      found.length > PAGE
        ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken><IsTruncated>true</IsTruncated>`
        : '';
    response
      .writeHead(200, { 'content-type': 'application/xml' })
      .end(`<ListBucketResult>${token}${xml.join('')}</ListBucketResult>`);
  }
}

function fault(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

/** The body of a request with a checksum behind it: chunks, each with its length in front. */
function unchunked(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let position = 0; ;) {
    const end = body.indexOf('\r\n', position);
    const length = Number.parseInt(body.toString('latin1', position, end), 16);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(body.subarray(end + 2, end + 2 + length));
    position = end + 2 + length + 2;
  }
}
