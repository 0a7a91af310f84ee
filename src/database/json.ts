/** JSON columns as Prisma Client takes and gives them. */
import type { Prisma } from './generated/client';

/** What a JSON column takes. */
export type Json = Prisma.InputJsonValue;

/**
 * A value in the form of a JSON column; fields without a value are omitted, as in JSON.
 *
 * @param value what JSON can say: interfaces are fine, functions and cycles are not
 */
export function toJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/**
 * JSON of a column that only we write, as the type that it was written from. Nothing is checked: it was when it was
 * written.
 */
export function fromJson<T>(value: unknown): T {
  return value as T;
}
