export { RedisScript } from './redis-connection.js';
export { RedisConnections, type RedisPing } from './redis-connections.js';
export { REDIS } from './redis-failure.js';
export { RedisConnectionsModule } from './redis.module.js';
