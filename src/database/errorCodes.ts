/** PostgreSQL's codes of a failed statement, whether it was sent directly or by Prisma Client. */

const UNIQUE_VIOLATION = '23505';

/** The field in which Prisma keeps the error that it wraps. */
const WRAPPINGS = ['meta', 'driverAdapterError', 'cause'] as const;
const CODE = /^[0-9A-Z]{5}$/;

/** @returns the SQLSTATE of five characters; undefined for an error that is not PostgreSQL's */
export function databaseErrorCode(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const own = [Reflect.get(thrown, 'originalCode'), Reflect.get(thrown, 'code')];
  const wrapped = WRAPPINGS.map((name) => databaseErrorCode(Reflect.get(thrown, name)));
  // The innermost first: Prisma has codes of its own, and some have five characters too.
  return [...wrapped, ...own].find((code): code is string => typeof code === 'string' && CODE.test(code));
}

/** Whether a row was refused because another one has its key. */
export function isUniqueViolation(thrown: unknown): boolean {
  return databaseErrorCode(thrown) === UNIQUE_VIOLATION;
}
