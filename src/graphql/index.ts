/** The graph: its schema, and the limits under which an operation is executed. */
import 'reflect-metadata';

export { withinBytes } from './core/answerBytes';
export { answerFactsPlugin, FACTS_HEADER } from './core/answerFacts';
export { createContext, type GraphContext, type Requester } from './core/context';
export { type Costs, createCosts, refusalOfQuotaNow } from './core/cost';
export {
  type Admission,
  createAdmission,
  createExecutor,
  type Executor,
  type Operation,
  refusalOfCaller,
} from './core/executor';
export { createFormatError, type FormatError } from './core/formatError';
export { type AnswerAsJson, createJsonAnswers, type JsonAnswer } from './core/jsonAnswers';
export { createRests, type RestsOn } from './core/keptTypes';
export { LIMITS, parseWithinLimits } from './core/limits';
export { LruMap } from './core/lru';
export { createOperationGates, type OperationGates } from './core/operationGates';
export { createOperationLog, operationLogPlugin } from './core/operationLog';
export { refusalOf } from './core/refusal';
export { responseStatusPlugin } from './core/responseStatus';
export {
  type CookbookRecipe,
  checksumOf,
  cookbook,
  documentOf,
  exampleQueries,
  findByChecksum,
  isKnownDocument,
} from './documents';
export { createFilterReader, type ReadFilter } from './filterReader';
export { printPublishedSchema } from './printSchema';
export { buildSchema } from './schema';
export { findInSchema } from './schemaSearch';
export { type ObjectSchema, schemaOfVariables } from './variablesSchema';
