import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { formatCount, titleOf } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { GetThis } from '../../parts/GetThis';
import { Dialog } from '../../parts/Popup';
import { Answered } from '../../parts/States';
import { Wide } from '../../parts/Wide';
import { type DiffNumbersFragment, VersionDiffDocument, type VersionDiffQuery } from './rights.generated';

type Diff = VersionDiffQuery['datasetDiff'];
type Change = Diff['changedLesions']['nodes'][number];

/** What a version of a data set changed of the one before. */
export default function VersionDiff({
  before,
  after,
  onClose,
}: {
  before: string;
  after: string;
  onClose: () => void;
}) {
  const variables = { a: before, b: after };
  const query = useAnswer(VersionDiffDocument, variables, { staleMs: Number.POSITIVE_INFINITY });
  return (
    <Dialog open onClose={onClose} title={`What ${after} changed of ${before}`}>
      <Answered query={query} height="16rem">
        {({ datasetDiff }) => (
          <div className="stack">
            <Numbers diff={datasetDiff} />
            <Lesions diff={datasetDiff} onLeave={onClose} />
            <div>
              <GetThis sources={[{ title: 'The difference', document: VersionDiffDocument, variables }]} />
            </div>
          </div>
        )}
      </Answered>
    </Dialog>
  );
}

const COLUMNS = ['added', 'removed', 'changed', 'unchanged'] as const;

function Numbers({ diff: { patients, studies, images, lesions } }: { diff: Diff }) {
  const rows: [string, DiffNumbersFragment][] = [
    ['Patients', patients],
    ['Studies', studies],
    ['Key slices', images],
    ['Lesions', lesions],
  ];
  return (
    <Wide label="Numbers of rows that differ">
      <table>
        <thead>
          <tr>
            <th scope="col">Rows</th>
            {COLUMNS.map((column) => (
              <th key={column} scope="col" className="number">
                {titleOf(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, numbers]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {COLUMNS.map((column) => (
                <td key={column} className="number">
                  {formatCount(numbers[column])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

function Lesions({ diff: { changedLesions }, onLeave }: { diff: Diff; onLeave: () => void }) {
  const { nodes, totalCount } = changedLesions;
  if (totalCount === 0) return <p className="muted">No lesion differs.</p>;
  return (
    <section className="stack-tight">
      <h3>Lesions that differ</h3>
      {totalCount > nodes.length && (
        <p className="small muted">
          The first {formatCount(nodes.length)} of {formatCount(totalCount)}.
        </p>
      )}
      <ul className="stack-tight small">
        {nodes.map((change) => (
          <li key={`${change.before?.id} ${change.after?.id}`}>
            <ChangedLesion change={change} onLeave={onLeave} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ChangedLesion({ change: { kind, fields, before, after }, onLeave }: { change: Change; onLeave: () => void }) {
  const lesion = after ?? before;
  if (!lesion) return null;
  return (
    <>
      <Link to={PATHS.image} params={{ imageId: lesion.image.id }} search={{ lesion: lesion.id }} onClick={onLeave}>
        {lesion.image.fileName}, row {lesion.sourceRowIndex}
      </Link>{' '}
      {titleOf(kind).toLowerCase()}
      {fields.length > 0 && <span className="muted">: {fields.join(', ')}</span>}
    </>
  );
}
