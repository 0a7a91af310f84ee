import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { csvOf } from '../../data/csv';
import { pictureAddress } from '../../data/pictures';
import { fetchSignedIn } from '../../data/signedIn';
import { titleOf, wordsOf } from '../../data/text';
import { CopyButton } from '../../parts/CopyButton';
import { type Download, GetThis } from '../../parts/GetThis';
import { PageHead, SyntheticBanner } from '../../parts/PageHead';
import type { ViewerModel } from '../../viewer/model';
import type { ViewedImage } from '../../viewer/Viewer';
import type { RunOnImage } from './boxes';
import type { SliceImage } from './image';
import { PatientHistoryDocument, SliceDocument, SliceOutcomeDocument } from './slice.generated';
import type { SliceState } from './state';

interface HeadProps {
  readonly image: SliceImage;
  readonly viewed: ViewedImage;
  readonly runs: readonly RunOnImage[];
  readonly state: SliceState;
  readonly model: ViewerModel;
}

/** What the slice is, and what of it can be taken away. */
export function SliceHead(props: HeadProps) {
  const { image, state } = props;
  const { dataset, study, split, fileName } = image;
  const age = study.ageYears === null ? null : `aged ${Math.round(study.ageYears)}`;
  const sex = study.patient.sex === 'UNKNOWN' ? null : wordsOf(study.patient.sex);
  const facts = [`patient ${study.patient.patientIndex}`, sex, age, `study ${study.studyIndex}`];
  return (
    <>
      <PageHead
        title={fileName}
        lead={
          <>
            {titleOf(facts.filter(Boolean).join(', '))} ·{' '}
            {split === 'UNASSIGNED' ? 'no split' : `${wordsOf(split)} split`} ·{' '}
            <Link to={PATHS.datasetLesions} params={{ slug: dataset.slug }}>
              <bdi>{dataset.name}</bdi>
            </Link>
          </>
        }
        actions={
          <>
            <CopyButton text={window.location.href} label="Copy the link" />
            <GetThis
              downloads={downloadsOf(props)}
              sources={[
                { title: 'The slice and its lesions', document: SliceDocument, variables: { id: image.id } },
                ...state.runs.map((run, place) => ({
                  title: place === 0 ? 'What the run found on it' : 'What the second run found on it',
                  document: SliceOutcomeDocument,
                  variables: { run, image: image.id, iouThreshold: state.iouThreshold },
                })),
                { title: 'The patient’s studies', document: PatientHistoryDocument, variables: { id: image.id } },
              ]}
            />
          </>
        }
      />
      <SyntheticBanner shown={dataset.synthetic} />
    </>
  );
}

function downloadsOf({ image, viewed, runs, model }: HeadProps): Download[] {
  const name = image.fileName.replace(/\.\w+$/, '');
  return [
    ...(image.hasPixels ? pixelDownloads(image, viewed, model, name) : []),
    { label: 'Lesions as CSV', fileName: `${name}-lesions.csv`, type: 'text/csv', make: () => lesionsCsv(image) },
    ...(runs.length > 0
      ? [
          {
            label: 'Boxes as CSV',
            fileName: `${name}-boxes.csv`,
            type: 'text/csv',
            make: () => boxesCsv(image, runs),
          },
        ]
      : []),
  ];
}

/** The slice that is shown, in the window in which it is shown, and its numbers. */
function pixelDownloads(image: SliceImage, viewed: ViewedImage, model: ViewerModel, name: string): Download[] {
  const shown = () => image.slices[model.state.index] ?? image.slices[viewed.homeIndex];
  const fetchShown = async (url: string | undefined, parameters: Record<string, string> = {}): Promise<Blob> => {
    const response = await fetchSignedIn(pictureAddress(url ?? '', parameters));
    if (!response.ok) throw new Error(`The server answered with status ${response.status}.`);
    return response.blob();
  };
  return [
    {
      label: 'PNG in this window',
      fileName: `${name}.png`,
      type: 'image/png',
      make: () => fetchShown(shown()?.url, { window: `${model.state.window.center},${model.state.window.width}` }),
    },
    {
      label: 'Hounsfield units (Int16)',
      fileName: `${name}-${image.height}x${image.width}.i16`,
      type: 'application/octet-stream',
      make: () => fetchShown(shown()?.huUrl),
    },
  ];
}

const BOX = ['x1', 'y1', 'x2', 'y2'];

function lesionsCsv({ lesions, fileName, dataset }: SliceImage): string {
  return csvOf(
    [
      'dataset',
      'file_name',
      'lesion',
      'coarse_type',
      ...BOX,
      'long_diameter_mm',
      'short_diameter_mm',
      'possibly_noisy',
    ],
    lesions.map(({ id, coarseType, boundingBox: { x1, y1, x2, y2 }, ...lesion }) => [
      `${dataset.slug}@${dataset.version}`,
      fileName,
      id,
      coarseType,
      x1,
      y1,
      x2,
      y2,
      lesion.longDiameterMm,
      lesion.shortDiameterMm,
      lesion.possiblyNoisy,
    ]),
  );
}

function boxesCsv({ fileName, dataset }: SliceImage, runs: readonly RunOnImage[]): string {
  return csvOf(
    ['dataset', 'file_name', 'run', 'detector', 'detection', 'rank', 'score', ...BOX, 'outcome', 'iou', 'lesion'],
    runs.flatMap((run) =>
      (run.boxes ?? []).map(({ id, rank, score, boundingBox: { x1, y1, x2, y2 }, kind, iou, lesionId }) => [
        `${dataset.slug}@${dataset.version}`,
        fileName,
        run.id,
        run.name,
        id,
        rank,
        score,
        x1,
        y1,
        x2,
        y2,
        kind,
        iou,
        lesionId,
      ]),
    ),
  );
}
