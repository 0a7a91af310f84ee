/**
 * @returns whether PostgreSQL stores this text: it stores neither NUL nor half of a surrogate pair. In Unicode mode a
 * pair is one code point, so that only unpaired halves match the category.
 */
export const isStorable = (text: string): boolean => !/\0|\p{Surrogate}/u.test(text);
