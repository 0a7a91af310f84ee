import { verifyTrail } from '../access';
import type { Database } from '../database';
import { type Finding, fail, ok } from './finding';

/** Whether the audit trail is as it was written. */
export async function checkAudit(database: Database): Promise<Finding[]> {
  const { count, broken } = await verifyTrail(database);
  if (!broken) return [ok('audit trail', `All ${count} events are as they were added.`)];
  return [
    fail(
      'audit trail',
      `It is broken at event ${broken.number} of ${count}: ${broken.why}.`,
      'Somebody changed the table as its owner: compare with an export or a backup of before, and find out who.',
    ),
  ];
}
