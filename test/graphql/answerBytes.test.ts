import { GraphQLError } from 'graphql';
import { QueryTooComplex } from '../../src/errors';
import { MAX_ERRORS, withinBytes } from '../../src/graphql/core/answerBytes';

/** Whether an answer is refused at this limit and at one byte more or less. */
const fits = (data: Record<string, unknown>, limit: number): boolean => {
  try {
    withinBytes({ data }, limit);
    return true;
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(QueryTooComplex);
    return false;
  }
};

describe('the bound on the bytes of an answer', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a long text', { a: 'x'.repeat(10_000) }],
    ['a long text of letters that take three bytes', { a: '肺'.repeat(4_000) }],
    ['a long text that JSON escapes', { a: '\u0001"\\'.repeat(2_000) }],
    ['the same text again and again', { a: Array.from({ length: 50 }, () => ({ remark: 'y'.repeat(300) })) }],
    ['long names', { ['n'.repeat(9_000)]: 1 }],
    ['many short texts', { a: Array.from({ length: 1_000 }, (_, n) => [`id ${n}`, n]) }],
    ['dates', { a: Array.from({ length: 400 }, () => new Date()) }],
  ])('holds for %s', (_title, data) => {
    const bytes = Buffer.byteLength(JSON.stringify(data));
    expect(fits(data, Math.floor(bytes / 2))).toBe(false);
    expect(fits(data, bytes * 3)).toBe(true);
  });

  it('tells the first hundred errors of many', () => {
    const errors = Array.from({ length: 3 * MAX_ERRORS }, (_, n) => new GraphQLError(`error ${n}`));
    const bounded = withinBytes({ data: {}, errors });
    expect(bounded.errors).toEqual(errors.slice(0, MAX_ERRORS));
    expect(withinBytes({ data: {}, errors: errors.slice(0, 2) }).errors).toHaveLength(2);
  });
});
