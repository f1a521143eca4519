export { Order } from './order.js';
export { OrderId } from './order-id.js';
export { OrderLine } from './order-line.js';
export { OrderRuleError } from './order-rule.errors.js';
