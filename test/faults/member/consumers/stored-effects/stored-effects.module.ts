import { Module } from '@nestjs/common';
import { PostgresModule } from '../../../../../src/connections/postgres/index.js';
import { StoredEffectsController } from './stored-effects.controller.js';

/** Without a unique key: a second effect of one record must be seen, not refused. */
const MIGRATIONS = [
  {
    id: 'stored-effects/001-effects',
    sql: `
      CREATE TABLE fault_effects (
        id text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        position bigint NOT NULL,
        written_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
    `,
  },
];

@Module({
  imports: [PostgresModule.forConsumer('stored-effects', MIGRATIONS)],
  controllers: [StoredEffectsController],
})
export class StoredEffectsModule {}
