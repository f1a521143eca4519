import { Module, type DynamicModule } from '@nestjs/common';
import type { Migration } from './migration.js';
import { PostgresConnections } from './postgres-connections.js';
import { PostgresDatabase } from './postgres-database.js';

/** The process's one `PostgresConnections`. */
@Module({ providers: [PostgresConnections], exports: [PostgresConnections] })
export class PostgresConnectionsModule {}

/** A consumer's part of PostgreSQL: its migrations registered, its own `PostgresDatabase` to inject. */
@Module({})
export class PostgresModule {
  static forConsumer(name: string, migrations: readonly Migration[]): DynamicModule {
    return {
      module: PostgresModule,
      imports: [PostgresConnectionsModule],
      providers: [
        {
          provide: PostgresDatabase,
          inject: [PostgresConnections],
          useFactory: (connections: PostgresConnections): PostgresDatabase => {
            connections.register(name, migrations);
            return connections.for(name);
          },
        },
      ],
      exports: [PostgresDatabase],
    };
  }
}
