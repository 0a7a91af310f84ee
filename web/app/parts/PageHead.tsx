import { type ReactNode, useEffect } from 'react';

/** Title of a page, one sentence on what it shows, and what can be done with the whole of it. */
export function PageHead({ title, lead, actions }: { title: string; lead?: ReactNode; actions?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · DeepLesion Server`;
  }, [title]);
  return (
    <div className="spread" style={{ marginBlockEnd: 'var(--space-6)' }}>
      <div className="stack-tight">
        <h1>{title}</h1>
        {lead && <p className="muted">{lead}</p>}
      </div>
      {actions && <div className="row page-actions no-print">{actions}</div>}
    </div>
  );
}

/** Stands on every page that shows a synthetic data set. @param shown of some: real data sets stand beside it */
export function SyntheticBanner({ shown }: { shown: boolean | 'SOME' }) {
  if (!shown) return null;
  return (
    <p className="banner">
      Synthetic data: {shown === 'SOME' ? 'the data sets marked “synthetic”' : 'these'} are CT phantoms. Their metrics
      say nothing about real CT.
    </p>
  );
}

/** Whether all, some or none are synthetic. */
export function syntheticAmong(datasets: readonly { readonly synthetic: boolean }[]): boolean | 'SOME' {
  const count = datasets.filter(({ synthetic }) => synthetic).length;
  return count > 0 && count < datasets.length ? 'SOME' : count > 0;
}
