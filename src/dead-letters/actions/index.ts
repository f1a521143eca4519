export type { DeadLetterAction } from './action.js';
export { actionRecord, ACTIONS_TOPIC, readActions, type Actions } from './action-log.js';
export {
  judgeDiscard,
  judgeRedrive,
  stateOf,
  type DeadLetterState,
  type Judgement,
} from './disposition.policy.js';
