/** Locks the chain's end, so that whoever else appends to it waits until this transaction has ended. */
export const LOCK_HEAD = `
  SELECT sequence::text, hash, EXISTS (
    SELECT FROM audit_log
    WHERE topic = $1 AND partition = $2 AND "offset" = $3 AND record_timestamp = $4
  ) AS "isKnown"
  FROM audit_log_heads
  WHERE topic = $1 AND partition = $2
  FOR UPDATE`;

export const BEGIN_CHAIN = `
  INSERT INTO audit_log_heads (topic, partition, sequence, hash) VALUES ($1, $2, 0, $3)
  ON CONFLICT (topic, partition) DO NOTHING`;

export const APPEND = `
  WITH appended AS (
    INSERT INTO audit_log (
      topic, partition, sequence, "offset", record_timestamp, read_topic, read_partition, read_offset,
      event_id, agent_id, key, value, header_names, header_values, appended_at, previous_hash, hash
    )
    VALUES (
      $1, $2, $3::bigint, $4::bigint, $5::bigint, $6, $7, $8::bigint, $9, $10, $11, $12,
      $13::bytea[], $14::bytea[], $15::timestamptz, $16, $17
    )
  )
  UPDATE audit_log_heads SET sequence = $3::bigint, hash = $17 WHERE topic = $1 AND partition = $2`;

/** Whole rows from behind a sequence on: so many, or as many as have so many bytes, and never only some of equal ones. */
export const ENTRIES = `
  SELECT
    topic, partition, sequence::text, "offset"::text, record_timestamp::text, read_topic, read_partition,
    read_offset::text, event_id, agent_id, key, value, header_names, header_values,
    (extract(epoch FROM appended_at) * 1000000)::bigint::text AS appended_at, previous_hash, hash
  FROM (
    SELECT *,
      min(sequence) OVER () AS first,
      sum(octet_length(value) + coalesce(octet_length(key), 0) + pg_column_size(header_values))
        OVER (ORDER BY sequence) AS bytes
    FROM (
      SELECT * FROM audit_log
      WHERE topic = $1 AND partition = $2 AND sequence > $3::bigint
      ORDER BY sequence FETCH FIRST $4 ROWS WITH TIES
    ) AS rows_ahead
  ) AS part
  WHERE sequence = first OR bytes <= $5
  ORDER BY part.sequence`;

/** Every chain, by its entries or its noted end; found by going from one to the next, not by reading every row. */
export const CHAINS = `
  WITH RECURSIVE chain AS (
    (SELECT topic, partition FROM audit_log ORDER BY topic, partition LIMIT 1)
    UNION ALL
    SELECT following.topic, following.partition FROM chain, LATERAL (
      SELECT topic, partition FROM audit_log
      WHERE (topic, partition) > (chain.topic, chain.partition)
      ORDER BY topic, partition LIMIT 1
    ) AS following
  )
  SELECT topic, partition FROM chain
  UNION
  SELECT topic, partition FROM audit_log_heads
  ORDER BY topic, partition`;

export const HEAD = `
  SELECT sequence::text, hash FROM audit_log_heads WHERE topic = $1 AND partition = $2`;

export const OFFSETS = `
  SELECT page."offset"::text FROM (
    SELECT DISTINCT "offset" FROM audit_log
    WHERE topic = $1 AND partition = $2 AND "offset" >= $3::bigint AND "offset" < $4::bigint
    ORDER BY "offset" LIMIT $5
  ) AS page
  ORDER BY page."offset"`;
