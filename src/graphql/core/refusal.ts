import { GraphQLError } from 'graphql';
import { Forbidden, RateLimited, Unauthenticated, type UserError } from '../../errors';

/** A user error of a whole request in GraphQL's form, with the HTTP status that Apollo uses. */
export function refusalOf(error: UserError): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: {
      code: error.code,
      argument: error.argument,
      ...(error instanceof Unauthenticated || error instanceof Forbidden
        ? { scope: error.scope, terms: error.terms }
        : {}),
      http: { status: statusOfRefusal(error) },
    },
  });
}

function statusOfRefusal(error: UserError): number {
  if (error instanceof Unauthenticated) return 401;
  if (error instanceof Forbidden) return 403;
  return error instanceof RateLimited ? 429 : 400;
}
