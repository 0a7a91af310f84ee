import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { useAddress } from '../../data/address';
import type { CreateCohortInput, LesionFilter } from '../../data/schemaTypes.generated';
import { formatCount, formatTime, plural } from '../../data/text';
import { useAction } from '../../data/useAction';
import { useAnswer } from '../../data/useAnswer';
import { randomUuid } from '../../data/uuid';
import { nameOf, useHas, useMay, useViewer } from '../../data/viewer';
import { CopyButton } from '../../parts/CopyButton';
import { DeleteButton } from '../../parts/DeleteButton';
import { Needs } from '../../parts/Needs';
import { Problem, Skeleton } from '../../parts/States';
import { CreateCohortDocument, type KeptCohortFragment, KeptCohortsDocument } from './keep.generated';

interface CohortsProps {
  /** `slug@version` */
  readonly dataset: string;
  readonly filter: LesionFilter;
  /** the one that was just made */
  readonly made: KeptCohortFragment | null;
  readonly onMade: (cohort: KeptCohortFragment) => void;
  readonly onLeave: () => void;
}

/** Freezes a selection under a name, and lists what was frozen of the data set version. */
export function Cohorts({ dataset, filter, made, onMade, onLeave }: CohortsProps) {
  return (
    <section className="stack-tight" aria-label="Cohort">
      <h3>Cohort</h3>
      <p className="small muted">
        A cohort freezes these lesions under an id that never changes: lists, detection runs, exports and citations take
        it.
      </p>
      {made ? (
        <Made dataset={dataset} cohort={made} onLeave={onLeave} />
      ) : (
        <NewCohort dataset={dataset} filter={filter} onMade={onMade} />
      )}
      <EarlierCohorts dataset={dataset} made={made} onLeave={onLeave} />
    </section>
  );
}

function NewCohort({ dataset, filter, onMade }: Pick<CohortsProps, 'dataset' | 'filter' | 'onMade'>) {
  const client = useQueryClient();
  const right = useMay('detect', 'submit', 'curate');
  const [name, setName] = useState('');
  // A press that is repeated because its answer was lost makes no second cohort; another name is another request.
  const [key, setKey] = useState(randomUuid);
  const create = useAction(CreateCohortDocument, ({ createCohort: { cohort } }) => {
    void client.invalidateQueries({ queryKey: [KeptCohortsDocument.name] });
    onMade(cohort);
  });
  if (!right.isGiven) return <Needs right={right} what="Making a cohort" />;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const input: CreateCohortInput = { dataset, name, filter, idempotencyKey: key };
    create.mutate({ input });
  };
  return (
    <form className="row" onSubmit={send}>
      <label className="row">
        Name
        <input
          required
          maxLength={200}
          value={name}
          onChange={({ target }) => {
            setName(target.value);
            setKey(randomUuid());
          }}
        />
      </label>
      <button type="submit" disabled={create.isPending || name.trim() === ''}>
        {create.isPending ? 'Freezing …' : 'Make a cohort'}
      </button>
      {create.error && <Problem error={create.error} />}
    </form>
  );
}

function Made({ dataset, cohort, onLeave }: { dataset: string; cohort: KeptCohortFragment; onLeave: () => void }) {
  const { id, name, lesionCount, imageCount, patientCount, membersSha256 } = cohort;
  return (
    <div className="card stack-tight" role="status">
      <p>
        <bdi>
          <strong>{name}</strong>
        </bdi>{' '}
        has {plural(lesionCount, 'lesion')} on {plural(imageCount, 'key slice')} of {plural(patientCount, 'patient')}.
      </p>
      <p className="small muted">
        SHA-256 of its members: <span className="mono">{membersSha256}</span>
      </p>
      <div className="row">
        <CohortLink dataset={dataset} id={id} onLeave={onLeave}>
          Show its lesions
        </CohortLink>
        <CopyButton text={id} label="Copy its id" />
      </div>
    </div>
  );
}

function CohortLink({
  dataset,
  id,
  onLeave,
  children,
}: {
  dataset: string;
  id: string;
  onLeave: () => void;
  children: React.ReactNode;
}) {
  return (
    <Link to={PATHS.datasetLesions} params={{ slug: dataset }} search={{ cohort: id }} onClick={onLeave}>
      {children}
    </Link>
  );
}

/** Those who made it may delete it, and operators may. Its condition leaves the address with it. */
function DeleteCohort({ id, name, owner }: Pick<KeptCohortFragment, 'id' | 'name' | 'owner'>) {
  const client = useQueryClient();
  const [search, setSearch] = useAddress();
  const viewer = useViewer();
  const mayMake = useMay('detect', 'submit', 'curate');
  const mayOperate = useHas('operate');
  const isOwn = viewer !== undefined && nameOf(viewer) === owner && mayMake.isGiven;
  if (!mayOperate && !isOwn) return null;
  const leave = async (): Promise<void> => {
    if (search.cohort === id) setSearch({ cohort: undefined });
    await client.invalidateQueries({ queryKey: [KeptCohortsDocument.name] });
  };
  return <DeleteButton thing={{ kind: 'COHORT', id, name }} onDeleted={leave} />;
}

function EarlierCohorts({ dataset, made, onLeave }: Pick<CohortsProps, 'dataset' | 'made' | 'onLeave'>) {
  const query = useAnswer(KeptCohortsDocument, { dataset }, { keepPrevious: true, staleMs: 0 });
  if (query.error) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height="2rem" />;
  const { nodes, totalCount } = query.data.data.cohorts;
  const earlier = nodes.filter(({ id }) => id !== made?.id);
  if (earlier.length === 0) return null;
  return (
    <details>
      <summary>
        {plural(totalCount, 'cohort')} of {dataset}
        {totalCount > nodes.length && `, the newest ${formatCount(nodes.length)} of them`}
      </summary>
      <ul className="stack-tight">
        {earlier.map(({ id, name, owner, createdAt, lesionCount }) => (
          <li key={id}>
            <CohortLink dataset={dataset} id={id} onLeave={onLeave}>
              <bdi>{name}</bdi>
            </CohortLink>{' '}
            <span className="small muted">
              {plural(lesionCount, 'lesion')}, {formatTime(createdAt)}
              {owner !== null && (
                <>
                  , by <bdi>{owner}</bdi>
                </>
              )}
            </span>{' '}
            <DeleteCohort id={id} name={name} owner={owner} />
          </li>
        ))}
      </ul>
    </details>
  );
}
