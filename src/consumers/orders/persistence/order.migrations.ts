import type { Migration } from '../../../connections/postgres/index.js';

export const ORDER_MIGRATIONS: readonly Migration[] = [
  {
    id: 'orders/001-orders',
    sql: `
      CREATE TABLE orders (
        order_id text PRIMARY KEY,
        customer_name text NOT NULL,
        total_price numeric NOT NULL,
        created_at timestamptz NOT NULL,
        record_timestamp bigint NOT NULL,
        source_topic text NOT NULL,
        source_partition integer NOT NULL,
        source_offset bigint NOT NULL,
        stored_at timestamptz NOT NULL DEFAULT now()
      );
      COMMENT ON COLUMN orders.record_timestamp IS 'Kafka''s, in milliseconds since 1970';

      CREATE TABLE order_lines (
        order_id text NOT NULL REFERENCES orders (order_id) ON DELETE CASCADE,
        line_no integer NOT NULL,
        product_id text NOT NULL,
        product_title text NOT NULL,
        quantity bigint NOT NULL,
        unit_price numeric NOT NULL,
        PRIMARY KEY (order_id, line_no)
      );
    `,
  },
];
