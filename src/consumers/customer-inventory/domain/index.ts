export { analyticsEventOf, type AnalyticsEvent, type Sender } from './analytics-event.js';
export { assemble, type Accepted, type Assembly } from './assembly.js';
export { nameOf, type Entity, type EntityKind } from './entity.js';
export { placeName, type MergeMessage, type Place } from './merge-message.js';
export { narrow, type Narrowing } from './narrowing.js';
