/** What a pixel belongs to. `keep` is no tissue: painting with it leaves the label that was there. */
export const TISSUE = {
  air: 0,
  skin: 1,
  subcutaneousFat: 2,
  muscle: 3,
  bone: 4,
  lung: 5,
  mediastinum: 6,
  vessel: 7,
  heart: 8,
  liver: 9,
  spleen: 10,
  kidney: 11,
  bowel: 12,
  abdominalFat: 13,
  stomach: 14,
  pancreas: 15,
  bladder: 16,
  airway: 17,
  gallbladder: 18,
  pelvicFat: 19,
  canal: 20,
  deepFat: 21,
  pelvicOrgan: 22,
  marrow: 23,
  gland: 24,
  fluid: 25,
  keep: 255,
} as const;

/** A set of tissue labels as a table: 1 if the label belongs to it. */
export type LabelSet = Uint8Array;

/** Makes a label set. */
export function labels(...members: readonly number[]): LabelSet {
  const set = new Uint8Array(256);
  for (const member of members) set[member] = 1;
  return set;
}

/** Strength of the fine texture by tissue, HU; tissues that are not named have 3. */
export const TEXTURE_HU: Float32Array = (() => {
  const table = new Float32Array(256).fill(3);
  table[TISSUE.air] = 0;
  table[TISSUE.subcutaneousFat] = 5;
  table[TISSUE.deepFat] = 12;
  table[TISSUE.abdominalFat] = 9;
  table[TISSUE.pelvicFat] = 9;
  table[TISSUE.mediastinum] = 10;
  table[TISSUE.muscle] = 7;
  table[TISSUE.lung] = 13;
  table[TISSUE.bone] = 90;
  table[TISSUE.marrow] = 42;
  table[TISSUE.bowel] = 9;
  table[TISSUE.liver] = 3.5;
  table[TISSUE.pancreas] = 11;
  table[TISSUE.kidney] = 7;
  table[TISSUE.gland] = 14;
  return table;
})();
