import { EXECUTION_NOTE, type Queryable } from '../database';
import type { OpenedModel } from '../inference';

/** Adds the execution provider and new warnings to a run that is being processed. */
export async function noteRunExecution(
  database: Queryable,
  id: number,
  { executionProvider, warnings }: OpenedModel,
): Promise<void> {
  await database.query({
    text: `UPDATE detection_run AS job SET ${EXECUTION_NOTE} WHERE job.id = $1 AND job.status = 'RUNNING'`,
    values: [id, executionProvider, warnings],
  });
}
