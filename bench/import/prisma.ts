import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { Database } from '../../src/database';

type Cells = Record<string, string>;

const AT_ONCE = 1_000;
const SPLITS = ['UNASSIGNED', 'TRAIN', 'VALIDATION', 'TEST'] as const;
const TYPES = [
  'UNKNOWN',
  'BONE',
  'ABDOMEN',
  'MEDIASTINUM',
  'LIVER',
  'LUNG',
  'KIDNEY',
  'SOFT_TISSUE',
  'PELVIS',
] as const;
const numbers = (text = ''): number[] => text.split(',').map(Number);
const splitOf = (row: Cells) => SPLITS[Number(row.Train_Val_Test)] ?? 'UNASSIGNED';

/** The simple way: the whole file as objects, one `createMany` per table and batch, no checks of the content. */
export async function importWithPrisma(database: Database, csvPath: string): Promise<void> {
  const rows: Cells[] = parse(readFileSync(csvPath), { columns: true });
  await database.transaction(async ({ prisma: tx }) => {
    const { id: datasetId } = await tx.dataset.create({
      data: {
        slug: 'bench',
        version: 1,
        name: 'bench',
        pixelConvention: 'ONE_BASED',
        sourceFormat: 'dl-info',
        sourceFile: 'DL_info.csv',
        sourceSha256: '0'.repeat(64),
        importReport: {},
      },
    });
    const patientKey = (row: Cells) => Number(row.Patient_index);
    const patientRows = firsts(rows, patientKey).map((row) => ({
      datasetId,
      patientIndex: patientKey(row),
      sex: row.Patient_gender === 'F' ? ('FEMALE' as const) : ('MALE' as const),
    }));
    const patients = new Map<number, number>();
    for (const data of batches(patientRows))
      for (const made of await tx.patient.createManyAndReturn({ data })) patients.set(made.patientIndex, made.id);

    const studyKey = (row: Cells) => `${patients.get(patientKey(row))}/${Number(row.Study_index)}`;
    const studies = new Map<string, number>();
    const studyRows = firsts(rows, studyKey).map((row) => ({
      datasetId,
      patientId: patients.get(patientKey(row)) ?? 0,
      patientIndex: patientKey(row),
      studyIndex: Number(row.Study_index),
      ageYears: Number(row.Patient_age) || null,
    }));
    for (const data of batches(studyRows))
      for (const made of await tx.study.createManyAndReturn({ data }))
        studies.set(`${made.patientId}/${made.studyIndex}`, made.id);

    const seriesKey = (row: Cells) => `${studies.get(studyKey(row))}/${Number(row.Series_ID)}`;
    const series = new Map<string, number>();
    const seriesRows = firsts(rows, seriesKey).map((row) => ({
      datasetId,
      studyId: studies.get(studyKey(row)) ?? 0,
      patientIndex: patientKey(row),
      studyIndex: Number(row.Study_index),
      seriesIndex: Number(row.Series_ID),
    }));
    for (const data of batches(seriesRows))
      for (const made of await tx.series.createManyAndReturn({ data }))
        series.set(`${made.studyId}/${made.seriesIndex}`, made.id);

    const images = new Map<string, number>();
    const imageRows = firsts(rows, (row) => row.File_name).map((row) => {
      const [first = null, last = null] = numbers(row.Slice_range);
      const [spacing = null, , interval = null] = numbers(row.Spacing_mm_px_);
      const [width = 0, height = 0] = numbers(row.Image_size);
      return {
        datasetId,
        studyId: studies.get(studyKey(row)) ?? 0,
        seriesId: series.get(seriesKey(row)) ?? 0,
        fileName: row.File_name ?? '',
        sliceIndex: Number(row.Key_slice_index),
        sliceRangeFirst: first,
        sliceRangeLast: last,
        width,
        height,
        pixelSpacingMm: spacing,
        sliceIntervalMm: interval,
        windows: windowsOf(rows, row),
        split: splitOf(row),
        hasPixels: false,
      };
    });
    for (const data of batches(imageRows))
      for (const made of await tx.bookmarkedImage.createManyAndReturn({ data })) images.set(made.fileName, made.id);

    const lesionRows = rows.map((row, sourceRowIndex) => {
      const axes = numbers(row.Measurement_coordinates);
      const xs = axes.filter((_, i) => i % 2 === 0);
      const ys = axes.filter((_, i) => i % 2 === 1);
      const [long = 0, short = 0] = numbers(row.Lesion_diameters_Pixel_);
      const [spacing = 0] = numbers(row.Spacing_mm_px_);
      const [normalizedX, normalizedY, normalizedZ] = numbers(row.Normalized_lesion_location);
      return {
        datasetId,
        imageId: images.get(row.File_name ?? '') ?? 0,
        patientId: patients.get(patientKey(row)) ?? 0,
        sourceRowIndex,
        x1: Math.min(...xs) - 5,
        y1: Math.min(...ys) - 5,
        x2: Math.max(...xs) + 5,
        y2: Math.max(...ys) + 5,
        axes,
        longDiameterMm: long * spacing,
        shortDiameterMm: short * spacing,
        normalizedX,
        normalizedY,
        normalizedZ,
        coarseType: TYPES[Math.max(0, Number(row.Coarse_lesion_type))] ?? 'UNKNOWN',
        possiblyNoisy: row.Possibly_noisy === '1',
        split: splitOf(row),
      };
    });
    for (const data of batches(lesionRows)) await tx.lesion.createMany({ data });
  });
}

let windows: Map<string, number[]> | undefined;

/** An image keeps each different window of its rows once. */
function windowsOf(rows: readonly Cells[], { File_name: name = '' }: Cells): number[] {
  if (!windows) {
    windows = new Map();
    for (const row of rows) {
      const known = windows.get(row.File_name ?? '') ?? [];
      const [low = 0, high = 0] = numbers(row.DICOM_windows);
      if (!known.some((value, i) => i % 2 === 0 && value === low && known[i + 1] === high)) known.push(low, high);
      windows.set(row.File_name ?? '', known);
    }
  }
  return windows.get(name) ?? [];
}

/** @returns the first row of each key */
function firsts<Key>(rows: readonly Cells[], keyOf: (row: Cells) => Key): Cells[] {
  const seen = new Map<Key, Cells>();
  for (const row of rows) if (!seen.has(keyOf(row))) seen.set(keyOf(row), row);
  return [...seen.values()];
}

function* batches<T>(rows: readonly T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += AT_ONCE) yield rows.slice(start, start + AT_ONCE);
}
