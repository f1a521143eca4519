import type { Migration } from '../../../connections/postgres/index.js';

/**
 * What refuses to change the log also refuses its owner, but for one who takes the trigger away first. `ALWAYS` holds in a
 * session that replays replication, too.
 */
export const AUDIT_LOG_MIGRATIONS: readonly Migration[] = [
  {
    id: 'audit-log/001-log',
    sql: `
      CREATE TABLE audit_log (
        topic text NOT NULL,
        partition integer NOT NULL,
        "offset" bigint NOT NULL,
        record_timestamp bigint NOT NULL,
        sequence bigint NOT NULL,
        read_topic text NOT NULL,
        read_partition integer NOT NULL,
        read_offset bigint NOT NULL,
        event_id text NOT NULL,
        agent_id text NOT NULL,
        key bytea,
        value bytea NOT NULL,
        header_names bytea[] NOT NULL,
        header_values bytea[] NOT NULL,
        appended_at timestamptz NOT NULL,
        previous_hash bytea NOT NULL,
        hash bytea NOT NULL,
        PRIMARY KEY (topic, partition, sequence),
        UNIQUE (topic, partition, "offset", record_timestamp)
      );
      COMMENT ON COLUMN audit_log.record_timestamp IS 'Kafka''s, in milliseconds since 1970';
      COMMENT ON COLUMN audit_log.read_topic IS 'where it was read: the topic itself, or the group''s own for retried and redriven records';
      CREATE INDEX audit_log_by_event ON audit_log (event_id);
      CREATE INDEX audit_log_by_agent ON audit_log (agent_id);

      CREATE TABLE audit_log_heads (
        topic text NOT NULL,
        partition integer NOT NULL,
        sequence bigint NOT NULL,
        hash bytea NOT NULL,
        PRIMARY KEY (topic, partition)
      );
      COMMENT ON TABLE audit_log_heads IS 'the end of each chain; its row is locked while an entry is appended';

      CREATE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION '% refuses %: it is only ever appended to', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'restrict_violation';
        END $$;
      CREATE FUNCTION audit_log_heads_advance() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF (NEW.topic, NEW.partition, NEW.sequence) IS DISTINCT FROM (OLD.topic, OLD.partition, OLD.sequence + 1) THEN
            RAISE EXCEPTION 'a chain grows by one entry at a time' USING ERRCODE = 'restrict_violation';
          END IF;
          RETURN NEW;
        END $$;
      CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
        FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse();
      CREATE TRIGGER audit_log_heads_kept BEFORE DELETE OR TRUNCATE ON audit_log_heads
        FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse();
      CREATE TRIGGER audit_log_heads_advance BEFORE UPDATE ON audit_log_heads
        FOR EACH ROW EXECUTE FUNCTION audit_log_heads_advance();
      ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;
      ALTER TABLE audit_log_heads ENABLE ALWAYS TRIGGER audit_log_heads_kept;
      ALTER TABLE audit_log_heads ENABLE ALWAYS TRIGGER audit_log_heads_advance;
    `,
  },
];
