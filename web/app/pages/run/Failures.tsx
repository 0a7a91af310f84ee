import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { csvOf } from '../../data/csv';
import { plural, wordsOf } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { GetThis } from '../../parts/GetThis';
import { Answered } from '../../parts/States';
import { Wide } from '../../parts/Wide';
import { RunFailuresDocument } from './run.generated';
import type { RunDetails } from './useRun';

const PAGE_SIZE = 50;
const MAX_SHOWN = 500;
const CSV_HEADER = ['image', 'file', 'kind', 'error', 'attempts', 'worker', 'finished_at'];

/** The images that failed, each with the reason and the worker. */
export function Failures({ run: { id } }: { run: RunDetails }) {
  const [first, setFirst] = useState(PAGE_SIZE);
  const query = useAnswer(RunFailuresDocument, { id, first }, { keepPrevious: true });
  const failures = query.data?.data.detectionRun?.images;
  const rows = (failures?.nodes ?? []).map(({ image, failureKind, error, attempts, workerId, finishedAt }) => [
    image.id,
    image.fileName,
    failureKind,
    error,
    attempts,
    workerId,
    finishedAt,
  ]);
  return (
    <section className="card stack" aria-label="Failures">
      <div className="spread">
        <h2>Failures</h2>
        <GetThis
          sources={[{ title: 'The failed images', document: RunFailuresDocument, variables: { id, first } }]}
          downloads={[
            { label: 'CSV', fileName: 'failures.csv', type: 'text/csv', make: () => csvOf(CSV_HEADER, rows) },
          ]}
        />
      </div>
      <Answered query={query}>
        {({ detectionRun }) => {
          const { nodes = [], totalCount = 0 } = detectionRun?.images ?? {};
          return (
            <>
              <Wide label="Failed images">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">Image</th>
                      <th scope="col">Why</th>
                      <th scope="col" className="number">
                        Attempts
                      </th>
                      <th scope="col">Worker</th>
                    </tr>
                  </thead>
                  <tbody>
                    {nodes.map(({ image, failureKind, error, attempts, workerId }) => (
                      <tr key={image.id}>
                        <td>
                          <Link to={PATHS.image} params={{ imageId: image.id }}>
                            <bdi>{image.fileName}</bdi>
                          </Link>
                        </td>
                        <td>
                          {failureKind && <span className="badge bad">{wordsOf(failureKind)}</span>} {error}
                        </td>
                        <td className="number">{attempts}</td>
                        <td className="mono">{workerId?.slice(0, 8) ?? '–'}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Wide>
              {totalCount > nodes.length && (
                <div className="row">
                  <span className="muted">
                    {nodes.length} of {plural(totalCount, 'failed image')}
                  </span>
                  {first < MAX_SHOWN && (
                    <button type="button" onClick={() => setFirst(Math.min(MAX_SHOWN, first * 4))}>
                      Show more
                    </button>
                  )}
                </div>
              )}
            </>
          );
        }}
      </Answered>
    </section>
  );
}
