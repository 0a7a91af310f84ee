export {
  type Database,
  type DatabaseOptions,
  openDatabase,
  type Queryable,
  type Statement,
  type Transaction,
} from './database';
export { acquirePostgres, type EmbeddedPostgres } from './embeddedPostgres';
export { Prisma, PrismaClient } from './generated/client';
export { migrate, pendingMigrations } from './migrate';
