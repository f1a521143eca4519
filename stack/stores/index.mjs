export { EmbeddedStores } from './embedded-stores.mjs';
export { changeState, readState } from './state.mjs';
