import { Module } from '@nestjs/common';
import { RedisConnections } from './redis-connections.js';

/** The process's one `RedisConnections`. */
@Module({ providers: [RedisConnections], exports: [RedisConnections] })
export class RedisConnectionsModule {}
