export { OrderRepository } from './order-repository.port.js';
export { ORDER_MIGRATIONS } from './order.migrations.js';
export { PostgresOrderRepository } from './postgres-order.repository.js';
