/**
 * The assignments that add an execution provider and new warnings to a row of a job: `UPDATE … AS job SET
 * ${EXECUTION_NOTE} WHERE job.id = $1`. Two workers may use two providers, which are then listed in the order of their
 * first use with a comma between. The room that writes the table holds the statement.
 *
 * `$2` is the name of the provider, `$3` the warnings.
 */
export const EXECUTION_NOTE = `execution_provider = CASE
               WHEN job.execution_provider IS NULL THEN $2
               WHEN $2 = ANY(string_to_array(job.execution_provider, ', ')) THEN job.execution_provider
               ELSE job.execution_provider || ', ' || $2 END,
             warnings = job.warnings || ARRAY(SELECT new FROM unnest($3::text[]) AS new WHERE new <> ALL (job.warnings))`;
