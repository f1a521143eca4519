import { Module, type DynamicModule } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import { ObjectStore } from './object-store.port.js';
import { ObjectStores } from './object-stores.js';
import type { StorageAddress } from './storage-address.js';

/** The process's one `ObjectStores`. */
@Module({ providers: [ObjectStores], exports: [ObjectStores] })
export class ObjectStoresModule {}

/** A consumer's own `ObjectStore` to inject, at the address that its key of that name holds. */
@Module({})
export class ObjectStorageModule {
  static forConsumer(name: string, key: string): DynamicModule {
    return {
      module: ObjectStorageModule,
      imports: [ObjectStoresModule],
      providers: [
        {
          provide: ObjectStore,
          inject: [ObjectStores, Settings],
          useFactory: (stores: ObjectStores, settings: Settings): Promise<ObjectStore> =>
            stores.for(name, settings.consumers.get(name)!.own[key] as StorageAddress),
        },
      ],
      exports: [ObjectStore],
    };
  }
}
