import { Injectable } from '@nestjs/common';
import { PostgresDatabase, storableTimestamp } from '../../../connections/postgres/index.js';
import type { RecordOrigin } from '../../../record/index.js';
import type { Order } from '../domain/index.js';
import { OrderRepository } from './order-repository.port.js';
import { DELETE_LINES, INSERT_LINES, UPSERT_ORDER } from './order.statements.js';

/**
 * Orders in PostgreSQL. Order and lines are written in the caller's transaction when there is one, so that the mark of
 * the message commits with them, else in one of their own. `created_at` is compared as the event says it, to the
 * microsecond; `Date` would cut it to milliseconds on the way.
 */
@Injectable()
export class PostgresOrderRepository extends OrderRepository {
  constructor(private readonly database: PostgresDatabase) {
    super();
  }

  store(order: Order, origin: RecordOrigin): Promise<boolean> {
    return this.database.transaction(async () => {
      const written = await this.database.query(UPSERT_ORDER, [
        order.id.toString(),
        order.customerName,
        order.total.toString(),
        order.createdAt.toString(),
        storableTimestamp(origin.timestamp),
        origin.topic,
        origin.partition,
        origin.offset,
      ]);
      if (written.length === 0) return false;
      await this.replaceLines(order);
      return true;
    });
  }

  private async replaceLines({ id, lines }: Order): Promise<void> {
    await this.database.query(DELETE_LINES, [id.toString()]);
    await this.database.query(INSERT_LINES, [
      id.toString(),
      lines.map(({ productId }) => productId),
      lines.map(({ productTitle }) => productTitle),
      lines.map(({ quantity }) => quantity),
      lines.map(({ unitPrice }) => unitPrice.toString()),
    ]);
  }
}
