import { Injectable } from '@nestjs/common';
import type { RecordOrigin } from '../../record/index.js';
import type { Order } from './domain/index.js';
import { OrderRepository } from './persistence/index.js';

/**
 * Loads an order into the storage. Resolves once it is stored with its lines, or once it is known that a later event of
 * the same order is stored already, which is what the event asked for too.
 */
@Injectable()
export class LoadOrder {
  constructor(private readonly orders: OrderRepository) {}

  async execute(order: Order, origin: RecordOrigin): Promise<void> {
    await this.orders.store(order, origin);
  }
}
