/** The graph: its schema, and the limits under which an operation is executed. */
import 'reflect-metadata';

export { withinBytes } from './core/answerBytes';
export { createContext, type GraphContext, type Requester } from './core/context';
export {
  type Admission,
  createAdmission,
  createExecutor,
  type Executor,
  type Operation,
  refusalOf,
  refusalOfCaller,
} from './core/executor';
export { createFormatError, type FormatError } from './core/formatError';
export { LIMITS, parseWithinLimits } from './core/limits';
export { LruMap } from './core/lru';
export { createOperationGates, type OperationGates } from './core/operationGates';
export { createOperationLog, operationLogPlugin } from './core/operationLog';
export { responseStatusPlugin } from './core/responseStatus';
export { type ExampleQuery, exampleQueries } from './examples';
export { createFilterReader, type ReadFilter } from './filterReader';
export { printPublishedSchema } from './printSchema';
export { buildSchema } from './schema';
