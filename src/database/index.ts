/** The way to PostgreSQL: pool, statements, Prisma Client, keyset listings, migrations and the embedded server. */
export {
  type Columns,
  columnReader,
  jsonRowReader,
  jsonRowSql,
  selectColumns,
  selectFields,
} from './columns';
export { copyIn, copyOut, emptyTables, switchTriggers } from './copy';
export {
  type Database,
  type DatabaseOptions,
  openDatabase,
  type Queryable,
  type Snapshot,
  type Transaction,
  type Turn,
} from './database';
export { DataChanges, type DataStamp } from './dataChanges';
export { acquirePostgres, type EmbeddedPostgres } from './embeddedPostgres';
export { isUniqueViolation } from './errorCodes';
export { EXECUTION_NOTE } from './executionNote';
export { answerOnce, checkKey, type KeepAnswer, keyConflict } from './idempotency';
export { keepForDatabase } from './identity';
export { fromJson, type Json, toJson } from './json';
export {
  canonicalJson,
  concatenated,
  type JsonObject,
  type JsonRelation,
  type JsonType,
  type JsonValue,
  jsonBoolean,
  jsonGlobalId,
  jsonNumber,
  jsonNumberOrNull,
  jsonText,
  jsonTextOrNull,
  jsonWord,
  relationSql,
  type TextPart,
} from './jsonText';
export type { PageWindow, Position, SortKey } from './keyset';
export {
  countRows,
  countRowsOfParents,
  hasRowsBeyond,
  type Listing,
  type Page,
  readPage,
  readPageKeysFirst,
  readPagesOfParents,
  withinParent,
} from './listing';
export { findMigrationMarks, type MigrationMark, MigrationMismatch, migrate, pendingMigrations } from './migrate';
export { listenTo, listenToAll } from './notifications';
export { type OrderBy, sortKeys } from './ordering';
export { ANY_OF_IDS, SqlParameters } from './parameters';
export { loadPrisma, type Rewrite, type Rewriting, type Statement, type Tables } from './prisma';
export { checkRestorable, type RestorePlan, restoreInto } from './restoreTarget';
export { findServerFacts, type ServerFacts } from './serverFacts';
export { findDatabaseBytes } from './size';
export type { TextRow } from './snapshot';
export { deviationSql, meanSql } from './steadySums';
export {
  beginSnapshot,
  findDatabaseId,
  findSequences,
  findTableShapes,
  type SequenceState,
  setSequence,
  type TableShape,
} from './tableShapes';
export {
  findTombstone,
  type Grave,
  highestDeletedVersion,
  leaveTombstones,
  type NewGrave,
  type Tombstone,
} from './tombstones';
