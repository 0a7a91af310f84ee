import profile from './removedTags.json';

/**
 * What the Basic Application Level Confidentiality Profile of DICOM (PS3.15, table E.1-1) removes or replaces;
 * removedTags.json holds the table and its edition. None of it is ever kept of an upload, whose reader takes a handful
 * of numbers and nothing else; the table only names, for a file, what was left out.
 */
const NAMES: ReadonlyMap<string, string> = new Map(Object.entries(profile.attributes));

/** Rows of the table for ranges: repeating groups, and all private attributes of manufacturers. */
function nameOfRange(tag: string): string | undefined {
  if (Number.parseInt(tag.slice(3, 4), 16) % 2 === 1) return 'Private Attribute';
  if (tag.startsWith('50')) return 'Curve Data';
  if (/^60..3000$/.test(tag)) return 'Overlay Data';
  if (/^60..4000$/.test(tag)) return 'Overlay Comments';
  return undefined;
}

/**
 * @param tag eight hexadecimal digits, group and element
 * @returns the name of an attribute that the profile removes; undefined for one that it keeps
 */
export function nameOfRemovedTag(tag: string): string | undefined {
  const key = tag.toLowerCase();
  return NAMES.get(key) ?? nameOfRange(key);
}
