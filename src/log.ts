import pino, { type DestinationStream, type Logger } from 'pino';
import { traceFields } from './tracing';

export type { Logger };

/** Parts of PostgreSQL's errors with rows and statements: they contain people's data, which must not be logged. */
const ROW_VALUES = ['detail', 'where', 'internalQuery', 'parameters'];

/**
 * Structured logs on standard error, one JSON object a line; standard output stays free for the `ready` line and
 * command results. Errors (`err`, `failure`) are logged with stack and cause, without the values of the rows that they
 * are about.
 *
 * @param level pino's level names, or `silent`
 * @param destination where the lines go; omitted: standard error
 */
export function createLogger(
  level: string,
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Logger {
  return pino(
    {
      level,
      base: undefined,
      mixin: traceFields,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError, failure: describeError },
    },
    destination,
  );
}

function describeError(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const described: Record<string, unknown> = { ...pino.stdSerializers.err(thrown) };
  for (const name of ROW_VALUES) delete described[name];
  return described;
}
