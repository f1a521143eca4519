import type * as SdkModule from '@aws-sdk/client-s3';
import type { ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import { partsOf } from './object-names.js';
import { ObjectStore, type Creation } from './object-store.port.js';
import type { S3Address } from './storage-address.js';
import { unavailable } from './storage-failure.js';

type Sdk = typeof SdkModule;

const CONNECT_MS = 3_000;
const ANSWER_MS = 60_000;
const PING_MS = 1_800;
/** Another creation of the name is under way, and neither has won: so often in a row it is asked again. */
const CONFLICTS = 10;

/**
 * Objects in a bucket of S3, or of a service that speaks the same and honours `If-None-Match: *`: by that a name is given
 * to one creation. The bucket's owner, region and credentials are found as the AWS tools find them.
 */
export class S3ObjectStore extends ObjectStore {
  private constructor(
    private readonly sdk: Sdk,
    private readonly client: S3Client,
    private readonly address: S3Address,
  ) {
    super();
  }

  /** Loads the library, which nobody else needs. */
  static async open(address: S3Address): Promise<S3ObjectStore> {
    const sdk = await import('@aws-sdk/client-s3');
    const { endpoint } = address;
    const client = new sdk.S3Client({
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS },
    });
    return new S3ObjectStore(sdk, client, address);
  }

  async create(name: string, bytes: Uint8Array): Promise<Creation> {
    const Key = this.keyOf(name);
    const { PutObjectCommand } = this.sdk;
    const { bucket: Bucket } = this.address;
    return this.attempt(async () => {
      for (let conflicts = 0; ; conflicts += 1) {
        try {
          const put = new PutObjectCommand({ Bucket, Key, Body: bytes, IfNoneMatch: '*' });
          await this.client.send(put);
          return 'created';
        } catch (error) {
          if (statusOf(error) === 412) return 'exists';
          if (statusOf(error) !== 409 || conflicts === CONFLICTS) throw error;
        }
      }
    });
  }

  async read(name: string): Promise<Buffer | undefined> {
    const Key = this.keyOf(name);
    const { bucket: Bucket } = this.address;
    return this.attempt(async () => {
      try {
        const { Body } = await this.client.send(new this.sdk.GetObjectCommand({ Bucket, Key }));
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      } catch (error) {
        // A missing bucket is a 404 too, and no answer to the question.
        if (error instanceof this.sdk.NoSuchKey) return undefined;
        throw error;
      }
    });
  }

  async list(folder: string, after?: string): Promise<string[]> {
    const prefix = `${this.keyOf(folder)}/`;
    const names: string[] = [];
    for await (const { Contents = [] } of this.pages(prefix, after)) {
      names.push(...Contents.map(({ Key }) => Key!.slice(prefix.length)));
    }
    return names;
  }

  async folders(folder: string): Promise<string[]> {
    const prefix = `${this.keyOf(folder)}/`;
    const names: string[] = [];
    for await (const { CommonPrefixes = [] } of this.pages(prefix)) {
      names.push(...CommonPrefixes.map(({ Prefix }) => Prefix!.slice(prefix.length, -1)));
    }
    return names;
  }

  sweep(): Promise<void> {
    // A request that was cut off has created nothing.
    return Promise.resolve();
  }

  async ping(): Promise<void> {
    const { bucket: Bucket } = this.address;
    const asked = new this.sdk.HeadBucketCommand({ Bucket });
    await this.attempt(() =>
      this.client.send(asked, { abortSignal: AbortSignal.timeout(PING_MS) }),
    );
  }

  private async *pages(prefix: string, after?: string): AsyncGenerator<ListObjectsV2CommandOutput> {
    const { bucket: Bucket } = this.address;
    const from = after === undefined ? {} : { StartAfter: `${prefix}${after}` };
    let ContinuationToken: string | undefined;
    do {
      const asked = new this.sdk.ListObjectsV2Command({
        Bucket,
        Prefix: prefix,
        Delimiter: '/',
        ContinuationToken,
        ...from,
      });
      const page = await this.attempt(() => this.client.send(asked));
      yield page;
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }

  private keyOf(name: string): string {
    return [...this.address.prefix, ...partsOf(name)].join('/');
  }

  private async attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw unavailable(error, `the bucket ${this.address.bucket}`);
    }
  }
}

function statusOf(error: unknown): number | undefined {
  const { $metadata } = (error ?? {}) as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}
