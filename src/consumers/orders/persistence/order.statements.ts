/**
 * Inserts the order, or replaces it when this event is the later one. The comparison stands in the statement itself:
 * two transactions with events of one order queue up at the row, and the second compares with what the first committed.
 */
export const UPSERT_ORDER = `
  INSERT INTO orders (
    order_id, customer_name, total_price, created_at,
    record_timestamp, source_topic, source_partition, source_offset
  )
  VALUES ($1, $2, $3::numeric, $4::timestamptz, $5::bigint, $6, $7::integer, $8::bigint)
  ON CONFLICT (order_id) DO UPDATE SET
    customer_name = excluded.customer_name,
    total_price = excluded.total_price,
    created_at = excluded.created_at,
    record_timestamp = excluded.record_timestamp,
    source_topic = excluded.source_topic,
    source_partition = excluded.source_partition,
    source_offset = excluded.source_offset,
    stored_at = now()
  WHERE (excluded.created_at, excluded.record_timestamp) > (orders.created_at, orders.record_timestamp)
    OR (
      (excluded.created_at, excluded.record_timestamp) = (orders.created_at, orders.record_timestamp)
      AND (excluded.source_topic, excluded.source_partition) = (orders.source_topic, orders.source_partition)
      AND excluded.source_offset > orders.source_offset
    )
  RETURNING order_id`;

export const DELETE_LINES = 'DELETE FROM order_lines WHERE order_id = $1';

export const INSERT_LINES = `
  INSERT INTO order_lines (order_id, line_no, product_id, product_title, quantity, unit_price)
  SELECT $1, line_no, product_id, product_title, quantity, unit_price
  FROM unnest($2::text[], $3::text[], $4::bigint[], $5::numeric[])
    WITH ORDINALITY AS line (product_id, product_title, quantity, unit_price, line_no)`;
