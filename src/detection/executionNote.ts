import type { Queryable } from '../database';
import type { OpenedModel } from './inferenceHost';

/**
 * Notes on a run, a categorization or a detection in an upload that is being worked on what its answers are computed with: every execution provider that was used,
 * in the order of first use and with a comma between, and the warnings that are not there yet. Two workers may use two providers.
 */
export async function noteExecution(
  database: Queryable,
  table: 'detection_run' | 'categorization' | 'upload_detection',
  id: number | string,
  { executionProvider, warnings }: OpenedModel,
): Promise<void> {
  await database.query({
    text: `UPDATE ${table} AS job SET
             execution_provider = CASE
               WHEN job.execution_provider IS NULL THEN $2
               WHEN $2 = ANY(string_to_array(job.execution_provider, ', ')) THEN job.execution_provider
               ELSE job.execution_provider || ', ' || $2 END,
             warnings = job.warnings || ARRAY(SELECT new FROM unnest($3::text[]) AS new WHERE new <> ALL (job.warnings))
           WHERE job.id = $1 AND job.status = 'RUNNING'`,
    values: [id, executionProvider, warnings],
  });
}
