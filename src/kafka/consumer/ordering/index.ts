export { Fifo } from './fifo.js';
export { KeyLanes, type LaneEntry } from './key-lanes.js';
export { laneKeyOf, type Ordering } from './lane-key.js';
