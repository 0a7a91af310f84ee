import { formatTime } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { OwnQuotasDocument } from './keys.generated';
import { type ListedQuota, quotaTexts } from './keyTexts';

/** How often what is used is asked for while the page is seen. */
const POLL_MS = 10_000;

/** What the reader may have in a minute and in a day; nothing where nothing is limited. */
export function OwnQuotas() {
  const quotas = useAnswer(OwnQuotasDocument, {}, { staleMs: 0, pollMs: POLL_MS }).data?.data.viewer.quotas ?? [];
  if (quotas.length === 0) return null;
  return (
    <section className="card stack" aria-labelledby="own-quotas">
      <h2 id="own-quotas">Your quotas</h2>
      <QuotaMeters quotas={quotas} />
    </section>
  );
}

/** One meter for each quota, with the number and the time at which something is given back. */
export function QuotaMeters({ quotas }: { quotas: readonly ListedQuota[] }) {
  return (
    <ul className="quotas">
      {quotas.map((quota) => (
        <Meter key={quota.name} quota={quota} />
      ))}
    </ul>
  );
}

function Meter({ quota }: { quota: ListedQuota }) {
  const { label, amount } = quotaTexts(quota);
  const { limit, used, resetAt } = quota;
  const isUsedUp = used >= limit;
  return (
    <li className="stack-tight">
      <span className="spread">
        <span>{label}</span>
        <span className="small muted">{amount}</span>
      </span>
      <meter
        className={isUsedUp ? 'full' : undefined}
        max={limit}
        value={used}
        aria-label={label}
        aria-valuetext={amount}
      />
      {used > 0 && (
        <span className="small muted">
          {isUsedUp ? 'Used up; given back' : 'Given back'} at {formatTime(resetAt)}
        </span>
      )}
    </li>
  );
}
