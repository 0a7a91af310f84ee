import type { Queryable } from '../database';
import type { Split } from '../dataset';

/** @returns the splits of the images that a run has */
export async function splitsOfRun(database: Queryable, runId: number): Promise<Split[]> {
  const rows = await database.query<{ split: Split }>({
    name: 'splits-of-run',
    text: `SELECT DISTINCT image.split FROM run_image JOIN bookmarked_image AS image ON image.id = run_image.image_id
           WHERE run_image.run_id = $1`,
    values: [runId],
  });
  return rows.map(({ split }) => split);
}
