import { Injectable } from '@nestjs/common';
import { FileObjectStore } from './file-object-store.js';
import type { ObjectStore } from './object-store.port.js';
import { S3ObjectStore } from './s3-object-store.js';
import type { StorageAddress } from './storage-address.js';

/** One consumer's question to its storage: could it create an object now? */
export interface StoragePing {
  readonly consumer: string;
  /** Rejects when it could not. */
  ping(): Promise<void>;
}

/** The process's object stores, one for each consumer that has one. */
@Injectable()
export class ObjectStores {
  private readonly stores = new Map<string, ObjectStore>();

  /** The consumer's own store; the same one at every call. */
  async for(consumer: string, address: StorageAddress): Promise<ObjectStore> {
    const store = this.stores.get(consumer) ?? (await open(address));
    this.stores.set(consumer, store);
    return store;
  }

  /** What keeps the consumer from starting, in words. Undefined for a consumer without a store. Never rejects. */
  async unmet(consumer: string): Promise<string | undefined> {
    try {
      await this.stores.get(consumer)?.ping();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  pings(): readonly StoragePing[] {
    return [...this.stores].map(([consumer, store]) => ({ consumer, ping: () => store.ping() }));
  }
}

function open(address: StorageAddress): ObjectStore | Promise<ObjectStore> {
  switch (address.kind) {
    case 'file':
      return new FileObjectStore(address.path);
    case 's3':
      return S3ObjectStore.open(address);
  }
}
