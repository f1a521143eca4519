export { FileObjectStore } from './file-object-store.js';
export { ObjectStorageModule, ObjectStoresModule } from './object-storage.module.js';
export { ObjectStore, type Creation } from './object-store.port.js';
export { ObjectStores, type StoragePing } from './object-stores.js';
export { storageUrl, type StorageAddress } from './storage-address.js';
export { OBJECT_STORAGE } from './storage-failure.js';
