import { ask } from '../../data/graph';
import { ExplorerSelectionDocument } from './selection.generated';

/** The selection as a filter: it is what a request or a colleague needs, and it holds in any copy of the data set. */
export const filterOfRows = (dataset: string, selected: readonly number[]) => ({
  dataset,
  sourceRowIndex: [...selected],
});

/** @returns global ids of the lesions that are selected, by their rows */
export async function readIds(dataset: string, selected: readonly number[]): Promise<string[]> {
  const { data } = await ask(ExplorerSelectionDocument, {
    filter: filterOfRows(dataset, selected),
    orderBy: [{ field: 'SOURCE_ROW_INDEX' }],
  });
  return data.lesions.nodes.map(({ id }) => id);
}
