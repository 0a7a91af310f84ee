import pino, { type Logger } from 'pino';

export type { Logger };

/**
 * Structured logs on standard error, one JSON object a line; standard output stays free for the `ready` line and command results.
 *
 * @param level pino's level names, or `silent`
 */
export function createLogger(level: string): Logger {
  return pino(
    { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  );
}
