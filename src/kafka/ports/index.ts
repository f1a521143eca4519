export { DeliveryPolicies } from './delivery-policies.js';
export { FailurePort } from './failure-port.js';
export { RecordDecoder, type DecodeResult } from './record-decoder.js';
export { StartConditions } from './start-conditions.js';
