/** Which images and patients are in which split. */
import type { Snapshot } from '../database';
import { SPLITS } from '../dataset';
import { type Parameters, readParameters } from '../parameters';
import { bytesOf, type Export } from './export';
import { linksOf, type Version } from './version';

/** `GET …/splits.json` */
export async function splitsExport(version: Version, query: Parameters): Promise<Export> {
  readParameters(query, []);
  return {
    identity: [version.identity, 'splits'],
    mediaType: 'application/json',
    isText: true,
    fileName: `${version.name}.splits.json`,
    links: linksOf(version),
    write: (snapshot) => bytesOf(splitsText(snapshot, version)),
  };
}

async function* splitsText(snapshot: Snapshot, { dataset, name }: Version): AsyncGenerator<string> {
  yield `{"dataset":${JSON.stringify(name)},"splits":{`;
  let separator = '';
  for (const split of SPLITS) {
    const values = [dataset.id, split];
    const patients: number[] = [];
    const ofSplit = 'WHERE image.dataset_id = $1::int4 AND image.split = $2::split';
    const patientRows = snapshot.rows({
      text: `SELECT DISTINCT study.patient_index FROM bookmarked_image AS image JOIN study ON study.id = image.study_id ${ofSplit} ORDER BY 1`,
      values,
    });
    for await (const part of patientRows) for (const [index] of part) patients.push(Number(index));
    if (patients.length === 0) continue;
    yield `${separator}\n"${split}":{"patients":${JSON.stringify(patients)},"images":[`;
    separator = ',';
    let between = '\n';
    const images = snapshot.rows({
      text: `SELECT image.file_name FROM bookmarked_image AS image ${ofSplit} ORDER BY image.file_name COLLATE "C"`,
      values,
    });
    for await (const part of images) {
      yield between + part.map(([fileName]) => JSON.stringify(fileName)).join(',\n');
      between = ',\n';
    }
    yield '\n]}';
  }
  yield '\n}}\n';
}
