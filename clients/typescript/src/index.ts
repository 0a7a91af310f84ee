/** A client of DeepLesion Server: `createClient` makes one, `documents` has the questions of the cookbook. */
export {
  type Answer,
  createClient,
  type DeepLesionClient,
  type HounsfieldSlice,
  type RunState,
  type TypedDocument,
} from './client';
export * as documents from './documents.generated';
export type { Downloaded, DownloadOptions } from './download';
export {
  BadUserInputError,
  ConflictError,
  DeepLesionError,
  DownloadError,
  ForbiddenError,
  NotFoundError,
  type Problem,
  QueryTooComplexError,
  RateLimitedError,
  UnauthenticatedError,
  UnavailableError,
} from './errors';
export type { ClientOptions, RequestOptions } from './transport';
