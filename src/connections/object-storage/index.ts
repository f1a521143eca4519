export { FileObjectStore } from './file-object-store.js';
export { ObjectStorageModule, ObjectStoresModule } from './object-storage.module.js';
export { ObjectStore, type Creation } from './object-store.port.js';
export { ObjectStores, type StoragePing } from './object-stores.js';
export { S3ObjectStore } from './s3-object-store.js';
export { storageUrl, type S3Address, type StorageAddress } from './storage-address.js';
export { OBJECT_STORAGE } from './storage-failure.js';
