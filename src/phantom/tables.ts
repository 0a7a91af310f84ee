import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dlInfoHeader, dlInfoLine, quotedList } from './dlInfo';
import type { SetCounts } from './outputFolder';
import type { PatientRecords } from './render';

/** What a set was made from. */
export interface PhantomParameters {
  readonly generatorVersion: string;
  readonly seed: number;
  readonly patients: number;
  readonly firstPatient: number;
  readonly neighbours: number;
}

/** Writes DL_info.csv, truth.csv and unannotated.csv. */
export function writeTables(folder: string, records: readonly PatientRecords[]): void {
  const annotated = records.flatMap((record) => record.annotated);
  const unannotated = records.flatMap((record) => record.unannotated);
  const info = annotated.map(({ row }) => dlInfoLine(row));
  const truth = annotated.map(
    ({ row, type, kind, coarseType }, index) => `${index},${row.fileName},${type},${kind},${coarseType}`,
  );
  const hidden = unannotated.map(
    (u) => `${u.fileName},${quotedList(u.box)},${quotedList(u.diametersPx)},${u.type},${u.kind},${u.coarseType}`,
  );
  const write = (name: string, header: string, lines: readonly string[]): void =>
    writeFileSync(join(folder, name), `${[header, ...lines].join('\n')}\n`);
  write('DL_info.csv', dlInfoHeader(), info);
  write('truth.csv', 'Row_index,File_name,Hidden_type,Kind,Coarse_lesion_type', truth);
  write(
    'unannotated.csv',
    'File_name,Bounding_boxes,Lesion_diameters_Pixel_,Hidden_type,Kind,Coarse_lesion_type',
    hidden,
  );
}

/** The README.txt of a set. */
export function describeSet(parameters: PhantomParameters, counts: SetCounts): string {
  return `SYNTHETIC CT: NO PATIENT WAS SCANNED FOR THESE IMAGES

Every image, lesion, age and sex in this folder was computed by the phantom generator of DeepLesion Server. Nothing was taken from the
DeepLesion data set but its file layout and its published statistics. Do not use the images for clinical work or as evidence about patients.

generator version ${parameters.generatorVersion}
seed              ${parameters.seed}
patients          ${parameters.patients}, from index ${parameters.firstPatient}
neighbours        ${parameters.neighbours} slice(s) before and after each key slice
key slices        ${counts.keySlices ?? 0} (${counts.slices ?? 0} slices in all)
lesions           ${counts.lesions ?? 0} annotated, ${counts.unannotatedLesions ?? 0} visible but unannotated
licence           CC0 1.0 (public domain dedication): use them as you like

Images_png/       16-bit grey PNG, 512 x 512; Hounsfield units = pixel value - 32768
DL_info.csv       one row a lesion, the 18 columns of DeepLesion; coordinates are 1-based pixels, y down
truth.csv         hidden type of each row of DL_info.csv (Row_index is 0-based): for checking a categorization, never for making one
unannotated.csv   lesions that are visible on a key slice but that no reader marked, as happens in the real data
phantom.json      the parameters and counts above, for programs

The same version, seed and options give the same pixels and tables on any machine, and the same files byte for byte with one Node.js.
`;
}
