import { fileURLToPath } from 'node:url';
import { Refusal, type Parser } from '../../config/index.js';

export interface FileAddress {
  readonly kind: 'file';
  /** The folder's absolute path. */
  readonly path: string;
}

export interface S3Address {
  readonly kind: 's3';
  readonly bucket: string;
  /** The parts of what every name begins with. */
  readonly prefix: readonly string[];
  /** Of a service that is not Amazon's. */
  readonly endpoint: string | undefined;
}

/** Where objects are kept. */
export type StorageAddress = FileAddress | S3Address;

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** `file:///<folder>`, or `s3://<bucket>/<prefix>`, behind which `?endpoint=<URL>` names another service. */
export function storageUrl(): Parser<StorageAddress> {
  return {
    expects: 'a URL such as file:///var/lib/raw-zone or s3://bucket/prefix',
    parse: (text) => {
      if (!URL.canParse(text)) return new Refusal();
      const url = new URL(text);
      if (url.hash !== '' || url.username !== '' || url.password !== '') {
        return new Refusal('it has no fragment, user or password');
      }
      switch (url.protocol) {
        case 'file:':
          return fileAddress(url);
        case 's3:':
          return s3Address(url);
        default:
          return new Refusal();
      }
    },
  };
}

function fileAddress(url: URL): FileAddress | Refusal {
  if (url.search !== '' || url.host !== '') return new Refusal('file:/// and a path');
  try {
    return { kind: 'file', path: fileURLToPath(url).replace(/(?<=.)\/+$/, '') };
  } catch {
    return new Refusal('that is no path');
  }
}

function s3Address(url: URL): S3Address | Refusal {
  if (!BUCKET.test(url.host)) return new Refusal('that is no name of a bucket');
  const others = [...url.searchParams.keys()].filter((name) => name !== 'endpoint');
  const endpoint = url.searchParams.get('endpoint') ?? undefined;
  const isFit = endpoint === undefined || /^https?:\/\/[^/]/.test(endpoint);
  if (others.length > 0 || !isFit)
    return new Refusal('behind it stands ?endpoint=<URL> or nothing');
  const prefix = url.pathname.split('/').map(decodeURIComponent);
  return { kind: 's3', bucket: url.host, prefix: prefix.filter((part) => part !== ''), endpoint };
}
