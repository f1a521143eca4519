export {
  Transactional,
  transactionalOptionsOf,
  type TransactionalOptions,
  type TransactionalResult,
} from './transactional.decorator.js';
export { TransactionsModule } from './transactions.module.js';
export { Transactions } from './transactions.js';
export {
  InvalidOutputError,
  OutputRefusedError,
  SessionFencedError,
  TransactionsRefusedError,
} from './transactions.errors.js';
