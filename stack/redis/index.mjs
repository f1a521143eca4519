export { askRedis } from './probe.mjs';
export { findRedisProgram } from './programs.mjs';
export { RedisServer } from './server.mjs';
