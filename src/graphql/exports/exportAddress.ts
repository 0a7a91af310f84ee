/** From the input of createExport to the parts of an address below /exports. */
import { BadUserInput, NotFound, quoted } from '../../errors';
import { findVersion } from '../../exports';
import { keyOf } from '../../globalId';
import type { GraphContext } from '../core/context';
import { expectOwnDataset, expectUsableDataset } from '../core/datasetsOfKeys';
import { present } from '../core/found';
import { expectRun } from '../core/nodes';
import type { CreateExportInput } from './export';

/** The parts of an address, and the data set version that it belongs to. */
export interface ExportAddressOfInput {
  datasetId: number;
  path: string[];
  parameters: Record<string, string>;
}

const MAX_FIELDS = 200;
/** As long as an address may be. */
const MAX_PARAMETERS_LENGTH = 16_000;

/**
 * @throws BadUserInput unless one of dataset, run and evaluation is given, or a parameter is no text
 * @throws NotFound, Forbidden as for everything that names a data set
 */
export async function addressOfInput(context: GraphContext, input: CreateExportInput): Promise<ExportAddressOfInput> {
  const { dataset, run, evaluation, file, format } = input;
  const given = [dataset, run, evaluation].filter((one) => one != null);
  if (given.length !== 1)
    throw new BadUserInput(
      `Expected one of dataset, run and evaluation: what is exported; got ${given.length}.`,
      'dataset',
    );
  const parameters = parametersOf(input);
  const name = format == null ? file : `${file}.${format.toLowerCase()}`;
  const { datasetId, below } = await placeOf(context, input);
  return { datasetId, path: [...below, name], parameters };
}

async function placeOf(
  context: GraphContext,
  { dataset, run, evaluation }: CreateExportInput,
): Promise<{ datasetId: number; below: string[] }> {
  if (dataset != null) {
    await expectUsableDataset(context, dataset, 'dataset');
    const version = await findVersion(context, dataset, { isVersioned: false });
    return { datasetId: version.dataset.id, below: [version.name] };
  }
  if (run != null) {
    const { datasetId } = await expectRun(context, run, 'run');
    await expectOwnDataset(context, datasetId, 'run');
    return { datasetId, below: ['runs', run] };
  }
  const { loaders } = context;
  const id = evaluation ?? '';
  const found = await loaders.evaluationByKey.load(keyOf(id, 'Evaluation', 'evaluation'));
  if (!found)
    throw new NotFound('There is no evaluation with this id: the query evaluations lists them.', 'evaluation');
  const { datasetId } = present(await loaders.run.load(found.runId));
  await expectOwnDataset(context, datasetId, 'evaluation');
  return { datasetId, below: ['evaluations', id] };
}

function parametersOf({ filter, fields, parameters }: CreateExportInput): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters ?? {})) {
    if (typeof value !== 'string' || name === 'filter' || name === 'fields')
      throw new BadUserInput(
        `Expected parameters to have a text for each name, and filter and fields beside them; got ${quoted(name)}.`,
        'parameters',
      );
    texts[name] = value;
  }
  if (fields != null && (fields.length < 1 || fields.length > MAX_FIELDS))
    throw new BadUserInput(`Expected 1 to ${MAX_FIELDS} columns, got ${fields.length}.`, 'fields');
  if (filter != null) texts.filter = JSON.stringify(filter);
  if (fields != null) texts.fields = fields.join(',');
  const { length } = JSON.stringify(texts);
  if (length > MAX_PARAMETERS_LENGTH)
    throw new BadUserInput(
      `Expected filter, fields and parameters of at most ${MAX_PARAMETERS_LENGTH} characters, which an address may have; got ${length}.`,
      'filter',
    );
  return texts;
}
