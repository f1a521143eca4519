export { Chain, type ChainStep } from './chain.js';
export {
  chainFolder,
  dayOf,
  dayOfFolder,
  fileNameOf,
  parseFileName,
  type ChainPlace,
  type LogPlace,
  type ObjectKind,
  type ObjectName,
} from './object-name.js';
export { explain, notLanded, type Gap, type GapReason, type LogTestimony } from './offset-audit.js';
export { OffsetRanges, type OffsetRange } from './offset-ranges.js';
export { isDue, untilDue, type Gathered, type RotationLimits } from './rotation.policy.js';
