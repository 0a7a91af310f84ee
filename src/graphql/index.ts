import 'reflect-metadata';

export { createContext, type GraphContext, type Requester } from './context';
export { type ExampleQuery, exampleQueries } from './examples';
export { type Admission, createAdmission, createExecutor, type Executor, type Operation, refusalOf } from './executor';
export { createFormatError, type FormatError } from './formatError';
export { LIMITS, parseWithinLimits } from './limits';
export { LruMap } from './lru';
export { createOperationLog, operationLogPlugin } from './plugins/operationLog';
export { responseStatusPlugin } from './plugins/responseStatus';
export { printPublishedSchema } from './printSchema';
export { buildSchema } from './schema';
