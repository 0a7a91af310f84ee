import { csvOf } from '../../data/csv';
import { type Answer, ask } from '../../data/graph';
import type { LesionFilter, LesionOrder } from '../../data/schemaTypes.generated';
import { ExplorerLesionsDocument, type ExplorerLesionsQuery } from './explorer.generated';
import { clusterNameOf } from './lesionTexts';
import type { ListedLesion } from './useLesionRows';

/** As many as the server grants to one request. */
const FILE_PAGE_ROWS = 500;

const CSV_HEADER = [
  'dataset',
  'row',
  'lesion_id',
  'coarse_type',
  'split',
  'long_diameter_mm',
  'short_diameter_mm',
  'possibly_noisy',
  'location_z',
  'x1',
  'y1',
  'x2',
  'y2',
  'pixel_spacing_mm',
  'file_name',
  'image_id',
  'patient_index',
  'sex',
  'age_years',
  'pseudo_cluster',
  'pseudo_cluster_id',
];

/** @param dataset `slug@version` @returns one cell for each column of `CSV_HEADER` */
function rowOfLesion(lesion: ListedLesion, dataset: string) {
  const { image, patient, pseudoCluster, boundingBox } = lesion;
  return [
    dataset,
    lesion.sourceRowIndex,
    lesion.id,
    lesion.coarseType,
    lesion.split,
    lesion.longDiameterMm,
    lesion.shortDiameterMm,
    lesion.possiblyNoisy,
    lesion.normalizedLocation?.z,
    boundingBox?.x1,
    boundingBox?.y1,
    boundingBox?.x2,
    boundingBox?.y2,
    image.pixelSpacingMm,
    image.fileName,
    image.id,
    patient.patientIndex,
    patient.sex,
    image.study.ageYears,
    pseudoCluster && clusterNameOf(pseudoCluster),
    pseudoCluster?.id,
  ];
}

/** @param dataset `slug@version` @returns all lesions of a filter as a file of CSV */
export async function csvOfLesions(dataset: string, filter: LesionFilter, orderBy: LesionOrder[]): Promise<string> {
  const lesions = await readLesions(filter, orderBy);
  return csvOf(
    CSV_HEADER,
    lesions.map((one) => rowOfLesion(one, dataset)),
  );
}

/** Reads all lesions of a filter, page after page: for a file, not for the screen. */
async function readLesions(filter: LesionFilter, orderBy: LesionOrder[]): Promise<ListedLesion[]> {
  const lesions: ListedLesion[] = [];
  let after: string | null = null;
  do {
    const { data, problems }: Answer<ExplorerLesionsQuery> = await ask(ExplorerLesionsDocument, {
      filter,
      orderBy,
      first: FILE_PAGE_ROWS,
      after,
      count: false,
      sketch: true,
    });
    const [problem] = problems;
    if (problem) throw new Error(problem.message);
    lesions.push(...data.lesions.nodes);
    after = data.lesions.nodes.length < FILE_PAGE_ROWS ? null : data.lesions.pageInfo.endCursor;
  } while (after !== null);
  return lesions;
}
