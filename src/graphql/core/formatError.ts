import { createHash, randomUUID } from 'node:crypto';
import { type GraphQLError, GraphQLError as GraphQLErrorClass, type GraphQLFormattedError } from 'graphql';
import {
  brief,
  Forbidden,
  messageOf,
  QuotaExceeded,
  RefusedForNow,
  shortened,
  Unauthenticated,
  type UserError,
} from '../../errors';
import type { Logger } from '../../log';
import { userErrorFrom } from '../../outages';
import { LIMITS } from './limits';

/** Formats one error of a response; the first argument is GraphQL's own form of the second. */
export type FormatError = (formatted: GraphQLFormattedError, thrown: unknown) => GraphQLFormattedError;

/**
 * The published form of an error: a user error with its code and argument, a temporary outage as such, an error of
 * GraphQL itself unchanged, and for everything else a correlation id, under which the error is logged.
 *
 * @param requestIdOf the id of the request in which an error was thrown, if known
 */
export function createFormatError(
  log: Logger,
  requestIdOf: (thrown: unknown) => string | undefined = () => undefined,
): FormatError {
  return (formatted, thrown) => {
    const { path } = formatted;
    const message = brief(formatted.message);
    const locations = formatted.locations?.slice(0, MAX_LOCATIONS);
    const cause = causeOf(thrown);
    const told = userErrorFrom(cause);
    if (told) {
      // The client gets the meaning of an outage; the operator needs its context.
      if (told !== cause) log.warn({ requestId: requestIdOf(thrown), path, err: cause }, `outage: ${told.code}`);
      return { message: brief(told.message), locations, path, extensions: extensionsOf(told) };
    }
    const argument = isGraphqlsOwn(thrown) ? UNFIT_ARGUMENT.exec(message)?.[1] : undefined;
    if (argument) return { message, locations, path, extensions: { code: 'BAD_USER_INPUT', argument } };
    const code = formatted.extensions?.code;
    if (isGraphqlsOwn(thrown) && code !== undefined && code !== 'INTERNAL_SERVER_ERROR')
      return { message, locations, path, extensions: { code: codeOf(code, message) } };
    const correlationId = randomUUID();
    // Equal errors have equal hashes, so that log entries can be grouped.
    const fault = createHash('sha256')
      .update(`${messageOf(cause)}${path?.join('.') ?? ''}`)
      .digest('hex')
      .slice(0, 12);
    log.error(
      { correlationId, requestId: requestIdOf(thrown), fault, path, err: cause },
      `GraphQL execution failed: ${messageOf(cause)}`,
    );
    return {
      message: `Internal server error. The server's log has the details under ${correlationId}.`,
      locations,
      path,
      extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId },
    };
  };
}

/** An error of a field that is selected a hundred times has as many locations. */
const MAX_LOCATIONS = 5;

/** The message of an executor for an argument with an invalid variable, which is only detected at the field. */
const UNFIT_ARGUMENT = /^Argument "(\w+)" (?:of|has)/;

function extensionsOf(error: UserError): Record<string, unknown> {
  const { code } = error;
  const argument = error.argument === undefined ? undefined : shortened(error.argument);
  if (error instanceof Unauthenticated || error instanceof Forbidden)
    return { code, argument, scope: error.scope, terms: error.terms };
  if (!(error instanceof RefusedForNow)) return { code, argument };
  const { retryAfterSeconds } = error;
  return error instanceof QuotaExceeded
    ? { code, quota: error.quota, retryAfterSeconds }
    : { code, argument, retryAfterSeconds };
}

/** @returns the innermost error that GraphQL wrapped */
function causeOf(thrown: unknown): unknown {
  let cause = thrown;
  while (cause instanceof GraphQLErrorClass && cause.originalError) cause = cause.originalError;
  return cause;
}

const isGraphqlsOwn = (thrown: unknown): thrown is GraphQLError => causeOf(thrown) instanceof GraphQLErrorClass;

/**
 * graphql-js has its own limits on the depth of introspection and the number of tokens; they get the same code as
 * ours.
 */
function codeOf(code: unknown, message: string): unknown {
  const isLimit = message === 'Maximum introspection depth exceeded' || message.includes(`${LIMITS.tokens} tokens`);
  return isLimit ? 'QUERY_TOO_COMPLEX' : code;
}
