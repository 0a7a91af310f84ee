/** Citations and the Croissant description, which name addresses of the server that gives them out. */

import { type Parameters, readParameters, refuseParameter } from '../parameters';
import { acceptedForm, CITATION_FACTS, CITATION_FORMS, type CitationForm, type Work } from './citation';
import { cocoExport } from './coco';
import { type CroissantTable, croissantOf } from './croissant';
import { tableExport } from './datasetExports';
import { IMAGES, LESIONS } from './datasetTables';
import { findEvaluated } from './evaluationExports';
import { bytesOf, type Export, type ExportAddress, type ExportSource } from './export';
import { roCrateOf } from './roCrate';
import { readFilterOf, type Version } from './version';
import { worksOfEvaluation, worksOfVersion } from './works';

/** `GET …/citation?format=…&filter=…`, or by the Accept header. */
export async function versionCitation(source: ExportSource, version: Version, address: ExportAddress): Promise<Export> {
  const { format, filter: text } = readParameters(address.parameters, ['format', 'filter']);
  const form = chosenForm(format, address);
  if (text === undefined) return citationExport(version.name, await worksOfVersion(source, version), form);
  await source.expectTerms(version.name);
  const { filter, given } = await readFilterOf(source, 'LesionFilter', text, version);
  return citationExport(version.name, await worksOfVersion(source, version, { filter, given }), form);
}

/** `GET /exports/evaluations/ID/citation`: the data, the detector and the software. */
export async function evaluationCitation(source: ExportSource, id: string, address: ExportAddress): Promise<Export> {
  const form = chosenForm(readParameters(address.parameters, ['format']).format, address);
  const evaluated = await findEvaluated(source, id);
  return citationExport(evaluated.evaluation.uuid, await worksOfEvaluation(source, evaluated, id), form);
}

function chosenForm(format: string | undefined, { accept }: ExportAddress): CitationForm {
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

/** `GET …/croissant.json` */
export async function croissantExport(source: ExportSource, version: Version, query: Parameters): Promise<Export> {
  readParameters(query, []);
  const tables = await writtenTables(source, version);
  const coco = await source.written(await cocoExport(source, version, {}));
  const description = croissantOf(version, source, tables, coco);
  return documentExport(
    'croissant',
    description,
    `${version.name}.croissant.json`,
    'http://mlcommons.org/croissant/1.1',
  );
}

/** `GET …/ro-crate-metadata.json` */
export async function roCrateExport(source: ExportSource, version: Version, query: Parameters): Promise<Export> {
  readParameters(query, []);
  const crate = roCrateOf(version, source, await writtenTables(source, version));
  return documentExport('ro-crate', crate, 'ro-crate-metadata.json', 'https://w3id.org/ro/crate');
}

/** The tables with their checksums, so that they are written first. */
async function writtenTables(source: ExportSource, version: Version): Promise<CroissantTable[]> {
  const tables: CroissantTable[] = [];
  for (const table of [LESIONS, IMAGES]) {
    const file = `${table.name}.parquet`;
    const content = await tableExport(source, version, table === LESIONS ? 'lesions' : 'images', 'parquet', {});
    tables.push({ table, file, written: await source.written(content) });
  }
  return tables;
}

function documentExport(kind: string, document: object, fileName: string, profile: string): Export {
  const text = `${JSON.stringify(document, null, 1)}\n`;
  return {
    identity: [kind, text],
    mediaType: `application/ld+json; profile="${profile}"`,
    isText: true,
    isSmall: true,
    fileName,
    write: () => bytesOf([text]),
  };
}
