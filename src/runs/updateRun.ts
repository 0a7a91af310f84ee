import type { Queryable } from '../database';
import { BadUserInput, NotFound } from '../errors';
import { isStorable } from '../storableText';

/** What people say of a run. Undefined stays as it is; null and the empty list remove it. */
export interface RunTexts {
  /** 1 to 200 characters */
  name?: string | null;
  /** 1 to 10,000 characters */
  note?: string | null;
  /** at most 50, each of 1 to 100 characters; repeated ones count once */
  tags?: readonly string[] | null;
}

const LONGEST = { name: 200, note: 10_000, tag: 100 } as const;
const MOST_TAGS = 50;

/**
 * Names, annotates and tags a run, in any status; its results do not change.
 *
 * @param id row id
 * @throws BadUserInput naming what does not fit
 * @throws NotFound if the run is gone
 */
export async function updateRun({ prisma }: Queryable, id: number, { name, note, tags }: RunTexts): Promise<void> {
  if (name === undefined && note === undefined && tags === undefined)
    throw new BadUserInput('Expected at least one of name, note and tags.', 'name');
  checkText('name', name, LONGEST.name);
  checkText('note', note, LONGEST.note);
  for (const tag of tags ?? []) checkText('tags', tag, LONGEST.tag);
  const unique = tags === undefined ? undefined : [...new Set(tags ?? [])];
  if (unique !== undefined && unique.length > MOST_TAGS)
    throw new BadUserInput(`Expected at most ${MOST_TAGS} tags, got ${unique.length}.`, 'tags');
  const { count } = await prisma.detectionRun.updateMany({ where: { id }, data: { name, note, tags: unique } });
  if (count === 0) throw new NotFound('There is no detection run with this id.', 'id');
}

/** @throws BadUserInput for a note that no run may have */
export const checkNote = (note: string | null | undefined): void => checkText('note', note, LONGEST.note);

function checkText(argument: string, text: string | null | undefined, most: number): void {
  if (text === null || text === undefined) return;
  if (text.trim() === '' || [...text].length > most || !isStorable(text))
    throw new BadUserInput(
      `Expected ${argument} of 1 to ${most} characters${argument === 'tags' ? ' each' : ''}, without NUL, got ` +
        `${[...text].length}.`,
      argument,
    );
}
