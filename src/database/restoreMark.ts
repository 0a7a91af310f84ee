/**
 * The mark of a database into which a backup is being restored, or was by a process that died. While it is there no
 * server works with the database.
 */
import type { Client } from 'pg';
import { Conflict } from '../errors';

export interface RestoreMark {
  /** of the backup's manifest */
  backup: string;
  /** the rows are all there; what is missing are later migrations */
  isFilled: boolean;
}

const UNDEFINED_TABLE = '42P01';

export async function readRestoreMark(client: Client): Promise<RestoreMark | undefined> {
  try {
    const { rows } = await client.query<RestoreMark>(
      'SELECT backup, is_filled AS "isFilled" FROM public._deeplesion_restore',
    );
    return rows[0];
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === UNDEFINED_TABLE) return undefined;
    throw thrown;
  }
}

/** @throws Conflict if there is a mark */
export function refuseMarked(mark: RestoreMark | undefined): void {
  if (mark)
    throw new Conflict(
      'A backup is being restored into this database, or its restore was interrupted: let it finish, or run ' +
        '`deeplesion restore DIR` with the same backup again. To give it up, make another empty database.',
      'DATABASE_URL',
    );
}

export async function setRestoreMark(client: Client, backup: string): Promise<void> {
  await client.query('CREATE TABLE public._deeplesion_restore (backup text NOT NULL, is_filled boolean NOT NULL)');
  await client.query('INSERT INTO public._deeplesion_restore VALUES ($1, false)', [backup]);
}

/** For the transaction that fills the tables. */
export const NOTE_FILLED = 'UPDATE public._deeplesion_restore SET is_filled = true';

export async function removeRestoreMark(client: Client): Promise<void> {
  await client.query('DROP TABLE public._deeplesion_restore');
}
