import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { formatNumber, plural } from '../../data/text';
import type { Search } from '../../data/url';
import type { useAnswer } from '../../data/useAnswer';
import { SparkCurve } from '../../figures/SparkCurve';
import { Answered } from '../../parts/States';
import { diametersText, typeText } from './boxes';
import { Thumbnail } from './Similar';
import type { PatientHistoryQuery } from './slice.generated';

type Studies = Extract<NonNullable<PatientHistoryQuery['node']>, { study: unknown }>['study']['patient']['studies'];
type Study = Studies[number];
type HistoryImage = Study['images'][number];

/** @returns the patient's studies, as the source numbers them: in time order */
export function studiesOf(answer: PatientHistoryQuery | undefined): readonly Study[] {
  const node = answer?.node;
  const studies =
    node && 'study' in node ? (node as { study: { patient: { studies: Studies } } }).study.patient.studies : [];
  return [...studies].sort((a, b) => a.studyIndex - b.studyIndex);
}

/** @returns all key slices of a patient in the order of studies and slices */
export const imagesOf = (studies: readonly Study[]): HistoryImage[] =>
  studies.flatMap(({ images }) => [...images].sort((a, b) => a.sliceIndex - b.sliceIndex));

/** The patient's key slices, study by study. */
export function History({
  query,
  imageId,
  kept,
}: {
  query: ReturnType<typeof useAnswer<PatientHistoryQuery, { id: string }>>;
  imageId: string;
  /** parameters that the other slice is opened with */
  kept: Search;
}) {
  return (
    <section className="card stack-tight">
      <h2>
        This patient <kbd>←</kbd> <kbd>→</kbd>
      </h2>
      <Answered query={query} height="10rem">
        {(answer) => {
          const studies = studiesOf(answer);
          return (
            <>
              <p className="muted small">
                {plural(studies.length, 'study', 'studies')} with {plural(imagesOf(studies).length, 'key slice')}, in
                time order.
              </p>
              <LargestDiameters studies={studies} />
              <ol className="stack-tight">
                {studies.map((study) => (
                  <StudyRow key={study.id} study={study} imageId={imageId} kept={kept} />
                ))}
              </ol>
            </>
          );
        }}
      </Answered>
    </section>
  );
}

/** The largest long diameter that was measured in each study, as a small line. Lesions may differ between studies. */
function LargestDiameters({ studies }: { studies: readonly Study[] }) {
  const largest = studies.map(({ images }) =>
    Math.max(0, ...images.flatMap(({ lesions }) => lesions.map(({ longDiameterMm }) => longDiameterMm ?? 0))),
  );
  const most = Math.max(...largest);
  if (largest.length < 2 || most === 0) return null;
  const text = largest.map((mm) => formatNumber(mm)).join(', ');
  return (
    <p className="row small">
      <SparkCurve
        points={largest.map((mm, study) => ({ x: study, y: mm / most }))}
        label="Largest long diameter, study by study"
      />
      <span>largest diameter {text} mm</span>
    </p>
  );
}

function StudyRow({ study, imageId, kept }: { study: Study; imageId: string; kept: Search }) {
  const age = study.ageYears === null ? '' : `, aged ${Math.round(study.ageYears)}`;
  return (
    <li className="stack-tight">
      <h3>
        Study {study.studyIndex}
        <span className="muted">{age}</span>
      </h3>
      <ul className="thumbnails">
        {imagesOf([study]).map((image) => (
          <li key={image.id}>
            <Link
              to={PATHS.image}
              params={{ imageId: image.id }}
              search={kept}
              className="thumbnail"
              aria-current={image.id === imageId ? 'true' : undefined}
            >
              <Thumbnail url={image.lesions[0]?.url ?? null} />
              <span>slice {image.sliceIndex}</span>
              {image.lesions.map((lesion) => (
                <span key={lesion.id} className="muted">
                  {typeText(lesion.coarseType)}, {diametersText({ ...lesion, shortDiameterMm: null })}
                </span>
              ))}
            </Link>
          </li>
        ))}
      </ul>
    </li>
  );
}
