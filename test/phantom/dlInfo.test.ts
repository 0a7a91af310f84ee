import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { type DlInfoRow, dlInfoHeader, dlInfoLine, keySliceName, sixDigits } from '../../src/phantom/dlInfo';

const list = z.string().transform((text) => text.split(', ').map(Number));
const pair = list.pipe(z.tuple([z.number(), z.number()]));
const triple = list.pipe(z.tuple([z.number(), z.number(), z.number()]));
const publishedRow = z
  .object({
    File_name: z.string(),
    Patient_index: z.coerce.number(),
    Study_index: z.coerce.number(),
    Series_ID: z.coerce.number(),
    Key_slice_index: z.coerce.number(),
    Measurement_coordinates: list,
    Bounding_boxes: list,
    Lesion_diameters_Pixel_: pair,
    Normalized_lesion_location: triple,
    Coarse_lesion_type: z.coerce.number(),
    Possibly_noisy: z.coerce.number().pipe(z.union([z.literal(0), z.literal(1)])),
    Slice_range: pair,
    Spacing_mm_px_: triple,
    Image_size: pair,
    DICOM_windows: pair,
    Patient_gender: z.enum(['F', 'M']),
    Patient_age: z.coerce.number(),
    Train_Val_Test: z.coerce.number().pipe(z.union([z.literal(1), z.literal(2), z.literal(3)])),
  })
  .transform(
    (row): DlInfoRow => ({
      fileName: row.File_name,
      patientIndex: row.Patient_index,
      studyIndex: row.Study_index,
      seriesId: row.Series_ID,
      keySliceIndex: row.Key_slice_index,
      measurement: row.Measurement_coordinates,
      box: row.Bounding_boxes,
      diametersPx: row.Lesion_diameters_Pixel_,
      location: row.Normalized_lesion_location,
      coarseType: row.Coarse_lesion_type,
      possiblyNoisy: row.Possibly_noisy,
      sliceRange: row.Slice_range,
      spacing: row.Spacing_mm_px_,
      imageSize: row.Image_size,
      window: row.DICOM_windows,
      gender: row.Patient_gender,
      age: row.Patient_age,
      split: row.Train_Val_Test,
    }),
  );

const fixtures = process.env.DEEPLESION_FIXTURES ?? resolve(__dirname, '../../../shared/deeplesion');
const sample = join(fixtures, 'DL_info.sample.csv');
const withFixtures = existsSync(sample) ? it : it.skip;

describe('a line of DL_info.csv', () => {
  withFixtures('is written as the published file writes it, character by character (needs the real rows)', () => {
    const text = readFileSync(sample, 'utf8');
    const rows = z.array(publishedRow).parse(parse(text, { columns: true }));
    expect([dlInfoHeader(), ...rows.map(dlInfoLine)]).toEqual(text.trimEnd().split(/\r?\n/));
  });

  it('has three digits a slice and four from slice 1000 on', () => {
    expect(keySliceName(1, 1, 1, 9)).toBe('000001_01_01_009.png');
    expect(keySliceName(4459, 26, 5, 1141)).toBe('004459_26_05_1141.png');
  });

  it('has six significant digits and no exponent or trailing zeros', () => {
    expect([0.8593754321, 5, 226.16949, 0.1, 1234567].map(sixDigits)).toEqual([
      '0.859375',
      '5',
      '226.169',
      '0.1',
      '1234570',
    ]);
  });
});
