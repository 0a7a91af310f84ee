import { messageOf, UserError } from '../errors';
import { outageOf } from '../outages';

/** In the order of their gravity. */
export const STATUSES = ['ok', 'warn', 'fail'] as const;
export type FindingStatus = (typeof STATUSES)[number];

/** What is known of one part. */
export interface Finding {
  /** the part, such as `database` */
  check: string;
  status: FindingStatus;
  /** a sentence about how it is */
  text: string;
  /** a sentence about what to do; null if nothing is to be done */
  cure: string | null;
}

export const ok = (check: string, text: string): Finding => ({ check, status: 'ok', text, cure: null });
export const warn = (check: string, text: string, cure: string): Finding => ({ check, status: 'warn', text, cure });
export const fail = (check: string, text: string, cure: string): Finding => ({ check, status: 'fail', text, cure });

/** @returns the gravest status; `ok` of none */
export function worstOf(findings: readonly Finding[]): FindingStatus {
  return findings.reduce<FindingStatus>(
    (worst, { status }) => (STATUSES.indexOf(status) > STATUSES.indexOf(worst) ? status : worst),
    'ok',
  );
}

/**
 * Looks at one part; a look that fails is a finding too. Messages for people say by themselves what to do.
 */
export async function look(check: string, work: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await work();
  } catch (thrown) {
    const known = thrown instanceof UserError ? thrown : outageOf(thrown);
    const cure = known ? 'Do what the message says.' : 'Report this with the output of `deeplesion doctor --json`.';
    return [fail(check, known?.message ?? messageOf(thrown), cure)];
  }
}
