/** A client of DeepLesion Server: `createClient` makes one, `documents` has the questions of the cookbook. */
export { DeepLesionError, type Problem, type TermsToAccept, type TypedDocument } from './ask';
export { type Answer, createClient, type DeepLesionClient, type HounsfieldSlice, type RunState } from './client';
export * as documents from './documents.generated';
export type { Downloaded, DownloadOptions } from './download';
export {
  BadUserInputError,
  ConflictError,
  DownloadError,
  ForbiddenError,
  NotFoundError,
  QueryTooComplexError,
  RateLimitedError,
  UnauthenticatedError,
  UnavailableError,
} from './errors';
export type { ClientOptions, RequestOptions } from './transport';
