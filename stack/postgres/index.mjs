export { canReach, reachableSubstitute, serverAccount } from './account.mjs';
export { createDatabase, dropDatabase, withConnection } from './database.mjs';
export { PostgresServer } from './server.mjs';
