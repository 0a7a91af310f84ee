/** Citations and the Croissant description, which name addresses of the server that gives them out. */

import { type Parameters, readParameters, refuseParameter } from '../parameters';
import { findProvenance } from '../results';
import {
  acceptedForm,
  CITATION_FACTS,
  CITATION_FORMS,
  type CitationForm,
  type Work,
  workOfSoftware,
  workOfVersion,
} from './citation';
import { type CroissantTable, croissantOf } from './croissant';
import { tableExport } from './datasetExports';
import { IMAGES, LESIONS } from './datasetTables';
import { findEvaluated } from './evaluationExports';
import { bytesOf, type Export, type ExportAddress, type ExportSource } from './export';
import type { Version } from './version';

/** `GET …/citation?format=…`, or by the Accept header. */
export function versionCitation(source: ExportSource, version: Version, address: ExportAddress): Export {
  const form = chosenForm(address);
  return citationExport(version.name, [workOfVersion(version, source), workOfSoftware(source)], form);
}

/** `GET /exports/evaluations/ID/citation`: the data, the detector and the software. */
export async function evaluationCitation(source: ExportSource, id: string, address: ExportAddress): Promise<Export> {
  const form = chosenForm(address);
  const { evaluation, version } = await findEvaluated(source, id);
  const provenance = await findProvenance(source.database, evaluation);
  const { detector = 'unknown', detectorVersion = '', modelSha256 = null, trainingData = null } = provenance ?? {};
  const work: Work = {
    key: `${detector}_${detectorVersion}`.replaceAll(/[^A-Za-z0-9]/g, '_'),
    kind: 'software',
    title: `Detector ${detector}`,
    version: detectorVersion,
    year: null,
    url: null,
    notes: [
      ...(modelSha256 === null ? [] : [`SHA-256 of the model: ${modelSha256}.`]),
      ...(trainingData === null ? [] : [`Trained with: ${trainingData}.`]),
      `Evaluation ${id}, SHA-256 of its protocol: ${evaluation.protocolKey}.`,
    ],
  };
  return citationExport(evaluation.uuid, [workOfVersion(version, source), work, workOfSoftware(source)], form);
}

function chosenForm({ parameters, accept }: ExportAddress): CitationForm {
  const { format } = readParameters(parameters, ['format']);
  if (format === undefined) return acceptedForm(accept);
  return CITATION_FORMS.find((form) => form === format) ?? refuseParameter('format', CITATION_FORMS.join(', '), format);
}

function citationExport(name: string, works: readonly Work[], form: CitationForm): Export {
  const { mediaType, ending, write } = CITATION_FACTS[form];
  return {
    identity: ['citation', form, works],
    mediaType,
    isText: true,
    isSmall: true,
    isNegotiated: true,
    fileName: `${name}.citation.${ending}`,
    write: () => bytesOf([write(works)]),
  };
}

/** `GET …/croissant.json`: the tables with their checksums, so that they are written first. */
export async function croissantExport(source: ExportSource, version: Version, query: Parameters): Promise<Export> {
  readParameters(query, []);
  const tables: CroissantTable[] = [];
  for (const table of [LESIONS, IMAGES]) {
    const file = `${table.name}.parquet`;
    const content = await tableExport(source, version, table === LESIONS ? 'lesions' : 'images', 'parquet', {});
    tables.push({ table, file, written: await source.written(content) });
  }
  const text = `${JSON.stringify(croissantOf(version, source, tables), null, 1)}\n`;
  return {
    identity: ['croissant', text],
    mediaType: 'application/ld+json; profile="http://mlcommons.org/croissant/1.1"',
    isText: true,
    isSmall: true,
    fileName: `${version.name}.croissant.json`,
    write: () => bytesOf([text]),
  };
}
