import { Module } from '@nestjs/common';
import { PostgresModule } from '../../connections/postgres/index.js';
import { LoadOrder } from './load-order.service.js';
import { OrdersController } from './orders.controller.js';
import { ORDER_MIGRATIONS, OrderRepository, PostgresOrderRepository } from './persistence/index.js';

@Module({
  imports: [PostgresModule.forConsumer('orders', ORDER_MIGRATIONS)],
  controllers: [OrdersController],
  providers: [LoadOrder, { provide: OrderRepository, useClass: PostgresOrderRepository }],
})
export class OrdersModule {}
