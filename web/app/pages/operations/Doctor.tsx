import type { DoctorStatus } from '../../data/schemaTypes.generated';
import { plural } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { useHas, useMay } from '../../data/viewer';
import { Needs } from '../../parts/Needs';
import { Answered } from '../../parts/States';
import { DoctorDocument, type DoctorQuery } from './doctor.generated';

type Finding = DoctorQuery['doctor'][number];

const STALE_MS = 60_000;
const LOOKS: Record<DoctorStatus, { badge: string; label: string }> = {
  FAIL: { badge: 'bad', label: 'fails' },
  WARN: { badge: 'warn', label: 'look at it' },
  OK: { badge: 'good', label: 'ok' },
};
const GRAVEST_FIRST = ['FAIL', 'WARN', 'OK'] as const;

/** What the doctor of the command line says, for those who run the server. */
export function Doctor() {
  const right = useMay('operate');
  const mayLook = useHas('operate');
  return (
    <section className="card stack" aria-label="Doctor">
      <h2>Doctor</h2>
      <Needs right={right} what="A look at every part" />
      {mayLook && <Look />}
    </section>
  );
}

function Look() {
  const query = useAnswer(DoctorDocument, {}, { staleMs: STALE_MS, keepPrevious: true });
  return (
    <>
      <Answered query={query} height="8rem">
        {({ doctor }) => <Findings findings={doctor} />}
      </Answered>
      <div>
        <button type="button" disabled={query.isFetching} onClick={() => void query.refetch()}>
          {query.isFetching ? 'Looking …' : 'Look again'}
        </button>
      </div>
    </>
  );
}

function Findings({ findings }: { findings: readonly Finding[] }) {
  const bad = findings.filter(({ status }) => status !== 'OK');
  const good = findings.filter(({ status }) => status === 'OK');
  bad.sort((one, other) => GRAVEST_FIRST.indexOf(one.status) - GRAVEST_FIRST.indexOf(other.status));
  return (
    <>
      {bad.length === 0 && <p>All {plural(good.length, 'part')} are as they should be.</p>}
      <ul className="stack-tight">
        {bad.map((finding) => (
          <Item key={`${finding.area} ${finding.title}`} finding={finding} />
        ))}
      </ul>
      {good.length > 0 && (
        <details>
          <summary>{plural(good.length, 'part')} in order</summary>
          <ul className="stack-tight">
            {good.map((finding) => (
              <Item key={`${finding.area} ${finding.title}`} finding={finding} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Item({ finding: { area, status, title, cure } }: { finding: Finding }) {
  const { badge, label } = LOOKS[status];
  return (
    <li>
      <span className={`badge ${badge}`}>
        {area}: {label}
      </span>{' '}
      {title}
      {cure !== null && <p className="small muted">{cure}</p>}
    </li>
  );
}
