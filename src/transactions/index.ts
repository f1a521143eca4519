export {
  Transactional,
  transactionalOptionsOf,
  type TransactionalOptions,
  type TransactionalResult,
} from './transactional.decorator.js';
