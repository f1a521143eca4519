export {
  answerWithout,
  installFetchDecoding,
  type FetchResponse,
  type PartitionAnswer,
} from './fetch-response.js';
export { WireMessage } from './wire-message.js';
