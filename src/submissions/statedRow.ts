/** One row of a file of detections before it is checked: what the readers of all formats make. */
export interface StatedRow {
  /** line, entry or row of the file, from 1 */
  line: number;
  /** file name, global id or COCO id */
  image: unknown;
  /** the four numbers of the box; null if the row has none */
  box: readonly unknown[] | null;
  /** the box came as one list (`bbox`), which does not say whether it ends with a corner or with width and height */
  isList: boolean;
  score: unknown;
  category: unknown;
  /** a mask, or a region of many objects */
  isMask: boolean;
}

/** The names under which a value may come. */
const NAMES = {
  image: ['image', 'image_id', 'file_name', 'filename', 'imageid'],
  x1: ['x1'],
  y1: ['y1'],
  x2: ['x2'],
  y2: ['y2'],
  bbox: ['bbox', 'box'],
  score: ['score', 'confidence'],
  category: ['category', 'category_id', 'class_index', 'pseudo_cluster'],
} as const;
export type ColumnName = keyof typeof NAMES;
const COLUMN_NAMES: readonly ColumnName[] = ['image', 'x1', 'y1', 'x2', 'y2', 'bbox', 'score', 'category'];

/** @returns what a column or key is, or undefined for one that is not used */
export function columnOf(name: string): ColumnName | undefined {
  const plain = name.trim().toLowerCase();
  return COLUMN_NAMES.find((column) => NAMES[column].some((one) => one === plain));
}

/** @returns what is missing to make detections of these columns, as the end of a sentence; null if nothing is */
export function missingColumns(columns: ReadonlySet<ColumnName>): string | null {
  const corners = (['x1', 'y1', 'x2', 'y2'] as const).filter((name) => !columns.has(name));
  if (!columns.has('image')) return '"image" is missing';
  if (!columns.has('score')) return '"score" is missing';
  if (columns.has('bbox')) return corners.length === 4 ? null : 'there are both "bbox" and single edges';
  return corners.length === 0 ? null : `"${corners.join('", "')}" and "bbox" are missing`;
}
