import { fileURLToPath } from 'node:url';
import { Refusal, type Parser } from '../../config/index.js';

/** Where objects are kept. */
export interface StorageAddress {
  readonly kind: 'file';
  /** The folder's absolute path. */
  readonly path: string;
}

/** `file:///<folder>`. */
export function storageUrl(): Parser<StorageAddress> {
  return {
    expects: 'a URL such as file:///var/lib/raw-zone',
    parse: (text) => {
      if (!/^file:\/\/\//i.test(text) || !URL.canParse(text)) return new Refusal();
      const url = new URL(text);
      if (url.search !== '' || url.hash !== '')
        return new Refusal('nothing stands behind the path');
      try {
        const path = fileURLToPath(url).replace(/(?<=.)\/+$/, '');
        return { kind: 'file', path };
      } catch {
        return new Refusal('that is no path');
      }
    },
  };
}
