import type { AuditOutcome } from '../../data/schemaTypes.generated';
import type { Search } from '../../data/url';
import type { AuditTrailQueryVariables } from './audit.generated';

const PAGE_SIZE = 50;
const MS_PER_DAY = 24 * 3_600_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What became of attempts, as it is said on the page. */
export const OUTCOMES = { DONE: 'done', REFUSED: 'refused', FAILED: 'failed' } as const satisfies Record<
  AuditOutcome,
  string
>;
export const OUTCOME_NAMES = ['DONE', 'REFUSED', 'FAILED'] as const;

/** What the address says of the trail. */
export interface AuditState {
  /** beginning or name of a key, name of a person, or network */
  readonly actor: string | undefined;
  readonly action: string | undefined;
  readonly outcome: AuditOutcome | undefined;
  /** first and last day, UTC */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly after: string | undefined;
  readonly before: string | undefined;
}

const dayOf = (text: string | undefined): string | undefined =>
  text !== undefined && DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;

/** Parses the parameters of the address. */
export function auditStateOf({ actor, action, outcome, from, to, after, before }: Search): AuditState {
  return {
    actor: actor || undefined,
    action: action || undefined,
    outcome: OUTCOME_NAMES.find((name) => OUTCOMES[name] === outcome),
    from: dayOf(from),
    to: dayOf(to),
    after: after || undefined,
    before: before || undefined,
  };
}

/** Variables of the query that lists what the state says. */
export function auditVariables({ after, before, from, to, ...rest }: AuditState): AuditTrailQueryVariables {
  const filter = {
    ...rest,
    from: from && new Date(from).toISOString(),
    // The last day counts as a whole.
    to: to && new Date(Date.parse(to) + MS_PER_DAY).toISOString(),
  };
  return before === undefined ? { filter, first: PAGE_SIZE, after } : { filter, last: PAGE_SIZE, before };
}
