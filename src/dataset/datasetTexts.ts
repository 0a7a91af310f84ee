/**
 * The texts of a data set version for people. Its rows never change; these texts may, and every change is recorded.
 */
import type { Database, Queryable, Transaction } from '../database';
import { BadUserInput } from '../errors';
import { isStorable } from '../storableText';
import { findDatasetByReference, unknownDataset } from './datasetReads';

export const DATASET_TEXTS = ['name', 'licence', 'citation', 'description'] as const;
export type DatasetTextName = (typeof DATASET_TEXTS)[number];
/** Some of the texts; an omitted one stays unchanged. */
export type DatasetTexts = Partial<Record<DatasetTextName, string>>;

/** By what a text was changed. */
export const DATASET_EDIT_SOURCES = ['EDIT', 'IMPORT'] as const;
export type DatasetEditSource = (typeof DATASET_EDIT_SOURCES)[number];

/** A text as the table `dataset_edit` names it. */
export const DATASET_TEXT_FIELDS = ['NAME', 'LICENCE', 'CITATION', 'DESCRIPTION'] as const;
export type DatasetTextField = (typeof DATASET_TEXT_FIELDS)[number];

const FIELD_OF: Record<DatasetTextName, DatasetTextField> = {
  name: 'NAME',
  licence: 'LICENCE',
  citation: 'CITATION',
  description: 'DESCRIPTION',
};

/** One change of one text. */
export interface DatasetEditRow {
  datasetId: number;
  field: DatasetTextField;
  oldText: string;
  newText: string;
  source: DatasetEditSource;
  /** the person who made the change, if the command was given a name */
  editor: string | null;
  editedAt: Date;
}

/** Who changes texts, and how. */
export interface EditedBy {
  source: DatasetEditSource;
  editor?: string;
}

const MAX_TEXT_LENGTH = 10_000;
const MAX_EDITOR_LENGTH = 200;
/** The latest that are read of one data set: texts change a few times in its life. */
const MAX_EDITS = 100;

/** @throws BadUserInput naming the text that does not fit and the rule */
export function checkTexts(texts: DatasetTexts): void {
  for (const field of DATASET_TEXTS) {
    const text = texts[field];
    if (text === undefined) continue;
    if (text.length > MAX_TEXT_LENGTH || !isStorable(text) || (field === 'name' && text.trim() === ''))
      throw new BadUserInput(
        `Expected a ${field} of 1 to ${MAX_TEXT_LENGTH} characters without NUL or half a surrogate pair.`,
        field,
      );
  }
}

function checkEditor(editor: string | undefined): void {
  if (editor === undefined) return;
  if (editor.trim() === '' || editor.length > MAX_EDITOR_LENGTH || !isStorable(editor))
    throw new BadUserInput(`Expected a name of 1 to ${MAX_EDITOR_LENGTH} characters for who edits it.`, 'by');
}

/**
 * Changes texts of a data set version and keeps what they were.
 *
 * @param reference `slug` (its latest version) or `slug@version`
 * @param keep given the changes as the last step of their transaction, if there are any
 * @returns the version, and the changes; an equal text is not a change
 * @throws NotFound, BadUserInput
 */
export async function editDataset(
  database: Database,
  reference: string,
  texts: DatasetTexts,
  by: EditedBy,
  keep?: (transaction: Transaction, reference: string, changed: readonly DatasetTextName[]) => Promise<void>,
): Promise<{ reference: string; changed: DatasetTextName[] }> {
  checkTexts(texts);
  checkEditor(by.editor);
  const dataset = await findDatasetByReference(database, reference);
  if (!dataset) throw await unknownDataset(database, reference, 'dataset');
  const name = `${dataset.slug}@${dataset.version}`;
  const changed = await database.transaction(async (transaction) => {
    const found = await changeTexts(transaction, dataset.id, texts, by);
    if (found.length > 0) await keep?.(transaction, name, found);
    return found;
  });
  return { reference: name, changed };
}

/** Changes texts within a transaction. @returns those that were other ones before */
export async function changeTexts(
  transaction: Queryable,
  datasetId: number,
  texts: DatasetTexts,
  { source, editor }: EditedBy,
): Promise<DatasetTextName[]> {
  const [known] = await transaction.query<Record<DatasetTextName, string>>({
    text: 'SELECT name, licence, citation, description FROM dataset WHERE id = $1 FOR UPDATE',
    values: [datasetId],
  });
  if (!known) return [];
  const changed = DATASET_TEXTS.filter((field) => texts[field] !== undefined && texts[field] !== known[field]);
  if (changed.length === 0) return [];
  const next = { ...known, ...Object.fromEntries(changed.map((field) => [field, texts[field]])) };
  await transaction.prisma.dataset.updateMany({ where: { id: datasetId }, data: next });
  await transaction.prisma.datasetEdit.createMany({
    data: changed.map((field) => ({
      ...{ datasetId, field: FIELD_OF[field], oldText: known[field], newText: next[field] },
      ...{ source, editor },
    })),
  });
  return changed;
}

/** @returns the latest changes of each of these data set versions, a hundred of each at most, the latest first */
export function findEditsOfDatasets(database: Queryable, ids: readonly number[]): Promise<DatasetEditRow[]> {
  return database.query({
    name: 'dataset.edits',
    text: `SELECT edit.dataset_id AS "datasetId", edit.field, edit.old_text AS "oldText", edit.new_text AS "newText", edit.source, edit.editor,
             edit.edited_at AS "editedAt"
           FROM unnest($1::int4[]) AS wanted (id) CROSS JOIN LATERAL (
             SELECT * FROM dataset_edit WHERE dataset_id = wanted.id ORDER BY id DESC LIMIT ${MAX_EDITS}) AS edit
           ORDER BY edit.id DESC`,
    values: [ids],
  });
}
