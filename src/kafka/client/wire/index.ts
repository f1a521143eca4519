export {
  answerWithout,
  installFetchDecoding,
  type FetchResponse,
  type PartitionAnswer,
} from './fetch-response.js';
export {
  topicIdsRequest,
  type BrokerVersions,
  type ProtocolRequest,
  type TopicIds,
} from './topic-ids.js';
export { WireMessage } from './wire-message.js';
