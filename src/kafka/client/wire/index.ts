export { answerWithout, installFetchDecoding } from './fetch-response.js';
export { WireMessage } from './wire-message.js';
