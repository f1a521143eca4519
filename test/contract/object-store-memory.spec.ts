import { MemoryObjectStore } from '../support/memory-object-store.js';
import { objectStoreContract } from './object-store.contract.js';

describe('objects in memory', () => {
  objectStoreContract(() => {
    const store = new MemoryObjectStore();
    return Promise.resolve({ store, another: store });
  });
});
