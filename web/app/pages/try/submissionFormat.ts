import type { SubmitDetectionsInput } from '../../data/schemaTypes.generated';
import type { FileKind } from './fileKind';

/** @returns the format that the beginning and the name of a file suggest; undefined if neither tells */
export function formatOfFile(kind: FileKind, head: string, name: string): SubmitDetectionsInput['format'] | undefined {
  if (kind !== 'DETECTIONS') return undefined;
  if (head.startsWith('PAR1')) return 'PARQUET';
  if (/\.(ndjson|jsonl)(\.gz)?$/i.test(name) || /^\s*\{/.test(head)) return 'NDJSON';
  if (/^\s*\[/.test(head) || /\.json(\.gz)?$/i.test(name)) return 'COCO_RESULTS';
  return 'CSV';
}
