/** The opaque ids of the graph and of `/images/ID.png`: base64url of `TypeName:ROW`. Only this file makes and reads them. */

const MAX_ROW_ID = 2_147_483_647;
/** Nothing that this file makes is longer. */
const MAX_LENGTH = 120;

/** @returns the global id of a row; the same row always has the same id */
export function toGlobalId(type: string, id: number): string {
  return Buffer.from(`${type}:${id}`, 'latin1').toString('base64url');
}

/** @returns the type and row id that a global id stands for; null when it is none. Whether the row is there is not known yet. */
export function parseGlobalId(text: string): { type: string; id: number } | null {
  if (text.length > MAX_LENGTH || !/^[\w-]+$/.test(text)) return null;
  const match = /^([A-Z][A-Za-z]*):([1-9]\d{0,9})$/.exec(Buffer.from(text, 'base64url').toString('latin1'));
  if (!match?.[1] || !match[2]) return null;
  const id = Number(match[2]);
  if (id > MAX_ROW_ID || toGlobalId(match[1], id) !== text) return null;
  return { type: match[1], id };
}
