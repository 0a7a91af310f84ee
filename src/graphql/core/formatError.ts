import { createHash, randomUUID } from 'node:crypto';
import { type GraphQLError, GraphQLError as GraphQLErrorClass, type GraphQLFormattedError } from 'graphql';
import { brief, messageOf, RefusedForNow, shortened, type UserError } from '../../errors';
import type { Logger } from '../../log';
import { userErrorFrom } from '../../outages';
import { LIMITS } from './limits';

/** Translates one error of an answer; the first argument is GraphQL's own form of the second. */
export type FormatError = (formatted: GraphQLFormattedError, thrown: unknown) => GraphQLFormattedError;

/**
 * What the graph shows of an error: a user error with its code and argument, an outage as one that passes, an error of GraphQL itself as it
 * is, and of everything else a correlation id under which the log has the fault.
 *
 * @param requestIdOf the id of the request that an error came from, where it is known
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
      // The caller is told what an outage means for him; who runs the server needs to see where it showed.
      if (told !== cause) log.warn({ requestId: requestIdOf(thrown), path, err: cause }, `outage: ${told.code}`);
      return { message: brief(told.message), locations, path, extensions: extensionsOf(told) };
    }
    const argument = isGraphqlsOwn(thrown) ? UNFIT_ARGUMENT.exec(message)?.[1] : undefined;
    if (argument) return { message, locations, path, extensions: { code: 'BAD_USER_INPUT', argument } };
    const code = formatted.extensions?.code;
    if (isGraphqlsOwn(thrown) && code !== undefined && code !== 'INTERNAL_SERVER_ERROR')
      return { message, locations, path, extensions: { code: codeOf(code, message) } };
    const correlationId = randomUUID();
    // Equal faults have equal hashes, so that a log can be grouped by them.
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

/** An error of a field that is written a hundred times has as many places. */
const MAX_LOCATIONS = 5;

/** What an executor says of an argument that a variable makes unfit, which only shows when the field is reached. */
const UNFIT_ARGUMENT = /^Argument "(\w+)" (?:of|has)/;

function extensionsOf(error: UserError): Record<string, unknown> {
  const { code } = error;
  const argument = error.argument === undefined ? undefined : shortened(error.argument);
  return error instanceof RefusedForNow
    ? { code, argument, retryAfterSeconds: error.retryAfterSeconds }
    : { code, argument };
}

/** @returns the innermost error that GraphQL wrapped */
function causeOf(thrown: unknown): unknown {
  let cause = thrown;
  while (cause instanceof GraphQLErrorClass && cause.originalError) cause = cause.originalError;
  return cause;
}

const isGraphqlsOwn = (thrown: unknown): thrown is GraphQLError => causeOf(thrown) instanceof GraphQLErrorClass;

/** graphql-js has limits of its own, on the depth of introspection and the number of tokens; they are told like ours. */
function codeOf(code: unknown, message: string): unknown {
  const isLimit = message === 'Maximum introspection depth exceeded' || message.includes(`${LIMITS.tokens} tokens`);
  return isLimit ? 'QUERY_TOO_COMPLEX' : code;
}
