export { loadSettings, type LoadResult, type Surroundings } from './load-settings.js';
