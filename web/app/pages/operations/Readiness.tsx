import type { OperationsQuery } from './operations.generated';

/** What each check of /readyz says, and which models were refused. */
export function Readiness({
  checks,
  refusedModels,
}: {
  checks: OperationsQuery['readiness'];
  refusedModels: OperationsQuery['serverInfo']['refusedModels'];
}) {
  return (
    <section className="card stack" aria-label="Readiness">
      <h2>Readiness</h2>
      {checks.length === 0 ? (
        <p className="muted">The process that answered serves no HTTP, and knows nothing of it.</p>
      ) : (
        <ul className="checks">
          {checks.map(({ name, ok, message }) => (
            <li key={name} className="row">
              <span className={`badge ${ok ? (message ? 'warn' : 'good') : 'bad'}`}>
                {name}: {ok ? (message ? 'warning' : 'ok') : 'wrong'}
              </span>
              {message && <span>{message}</span>}
            </li>
          ))}
        </ul>
      )}
      {refusedModels.length > 0 && (
        <>
          <h3>Refused models</h3>
          <dl className="facts">
            {refusedModels.map(({ name, reason }) => (
              <div key={name} style={{ display: 'contents' }}>
                <dt>
                  <bdi>{name}</bdi>
                </dt>
                <dd>{reason}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  );
}
