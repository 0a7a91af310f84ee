import { type Anatomy, drawAnatomy, skinOutline } from './anatomy';
import { LESION_KINDS } from './kinds';
import type { Lesion } from './lesion';
import type { LesionKind } from './lesionKind';
import { PlanSlice, placeLesion } from './placement';
import { Random } from './random';

/** A place of the body that is measured: a height, the lesions a reader marks there, and those that stay unmarked. */
interface Site {
  readonly z: number;
  readonly marked: readonly Lesion[];
}

/** A key slice to be rendered. */
export interface KeySlice {
  readonly sliceIndex: number;
  /** Height, mm of the body. */
  readonly z: number;
  /** Ids of the lesions that the reader measured on it. */
  readonly marked: readonly number[];
}

/** One scan of a patient: its geometry, its lesions at that time, its key slices. */
export interface Study {
  readonly studyIndex: number;
  readonly seriesId: number;
  readonly ageYears: number;
  readonly spacing: number;
  readonly intervalMm: number;
  readonly thicknessMm: number;
  readonly originX: number;
  readonly originY: number;
  readonly noiseHu: number;
  readonly circle: boolean;
  readonly lesions: readonly Lesion[];
  readonly keySlices: readonly KeySlice[];
}

/** A patient with all scans. */
export interface PatientPlan {
  readonly patientIndex: number;
  readonly anatomy: Anatomy;
  readonly studies: readonly Study[];
}

const SITE_TRIES = 24;

function kindsAt(zAtlas: number): LesionKind[] {
  return LESION_KINDS.filter(({ zRange }) => zAtlas >= zRange[0] && zAtlas <= zRange[1]);
}

/** Size and number of the lesions beside the first: most are smaller, a few are larger than what the reader marked. */
function drawCompanions(random: Random): { factor: number; marked: boolean }[] {
  const companions: { factor: number; marked: boolean }[] = [];
  if (random.chance(0.035)) companions.push({ factor: random.uniform(0.6, 1), marked: true });
  if (random.chance(0.225)) {
    const count = random.chance(0.25) ? 2 : 1;
    for (let k = 0; k < count; k++)
      companions.push({
        factor: random.chance(0.1) ? random.uniform(1, 1.4) : random.uniform(0.35, 0.8),
        marked: false,
      });
  }
  return companions;
}

/**
 * Looks for a height and a place for one marked lesion, and puts its companions beside it. All new lesions are appended
 * to `lesions`.
 */
function drawSite(
  anatomy: Anatomy,
  lesions: Lesion[],
  heights: readonly number[],
  preferred: LesionKind | undefined,
  random: Random,
): Site | undefined {
  for (let k = 0; k < SITE_TRIES; k++) {
    const kind = preferred !== undefined && k < 8 ? preferred : random.weighted(LESION_KINDS, ({ weight }) => weight);
    const z = random.uniform(kind.zRange[0], kind.zRange[1]) * anatomy.scaleZ;
    if (heights.some((other) => Math.abs(other - z) < 24)) continue;
    const slice = new PlanSlice(anatomy, z);
    const first = placeLesion(slice, kind, { id: lesions.length, others: lesions }, random);
    if (first === undefined) continue;
    lesions.push(first);
    const marked = [first];
    for (const companion of drawCompanions(random)) {
      const sameKind = random.chance(0.6) ? kind : random.weighted(kindsAt(z / anatomy.scaleZ), ({ weight }) => weight);
      const diameterMm = Math.max(6.5, 2 * first.rx * companion.factor);
      const placed = placeLesion(slice, sameKind, { id: lesions.length, diameterMm, others: lesions }, random);
      if (placed === undefined) continue;
      lesions.push(placed);
      if (companion.marked) marked.push(placed);
    }
    return { z, marked };
  }
  return undefined;
}

function drawSites(anatomy: Anatomy, random: Random): { sites: Site[]; lesions: Lesion[] } {
  const wanted = random.weighted([1, 2, 3, 4] as const, (n) => [0, 0.42, 0.33, 0.17, 0.08][n] ?? 0);
  const lesions: Lesion[] = [];
  const sites: Site[] = [];
  let lastKind: LesionKind | undefined;
  for (let k = 0; k < wanted; k++) {
    const preferred = random.chance(0.35) ? lastKind : undefined;
    const site = drawSite(
      anatomy,
      lesions,
      sites.map(({ z }) => z),
      preferred,
      random,
    );
    if (site === undefined) continue;
    sites.push(site);
    lastKind = LESION_KINDS.find(({ name }) => name === site.marked[0]?.kind);
  }
  return { sites, lesions };
}

function scaled(lesion: Lesion, factor: number): Lesion {
  return { ...lesion, rx: lesion.rx * factor, ry: lesion.ry * factor, rz: Math.max(4, lesion.rz * factor) };
}

/**
 * Pixel spacing that shows the body with some air round it (or cuts a little of it off), as a field of view of whole
 * centimetres.
 */
function drawSpacing(anatomy: Anatomy, sites: readonly Site[], random: Random): number {
  const width = Math.max(
    ...sites.map(({ z }) => 2 * skinOutline(z / anatomy.scaleZ, anatomy.fatMm).rx * anatomy.scaleX),
  );
  const fieldOfViewMm = Math.min(500, Math.max(310, Math.round((width * random.uniform(0.98, 1.17)) / 10) * 10));
  return fieldOfViewMm / 512;
}

function drawStudy(
  base: { anatomy: Anatomy; sites: readonly Site[]; lesions: readonly Lesion[] },
  studyIndex: number,
  ageYears: number,
  random: Random,
): Study {
  const { anatomy, sites, lesions } = base;
  const intervalMm = random.weighted([5, 1, 2.5, 2] as const, (mm) =>
    mm === 5 ? 0.72 : mm === 1 ? 0.14 : mm === 2.5 ? 0.1 : 0.04,
  );
  const shown = sites.filter(() => random.chance(0.86));
  const chosen = shown.length > 0 ? shown : sites.slice(0, 1);
  const top = Math.min(...chosen.map(({ z }) => z)) - random.uniform(35, 160);
  const byIndex = new Map<number, KeySlice>();
  for (const site of chosen) {
    const height = site.marked[0]?.z ?? site.z;
    const sliceIndex = Math.max(4, Math.round((height - top) / intervalMm) + 1);
    byIndex.set(sliceIndex, {
      sliceIndex,
      z: top + (sliceIndex - 1) * intervalMm,
      marked: site.marked.map(({ id }) => id),
    });
  }
  return {
    studyIndex,
    seriesId: random.chance(0.12) ? 2 : 1,
    ageYears,
    spacing: drawSpacing(anatomy, chosen, random),
    intervalMm,
    thicknessMm: Math.max(intervalMm, 1.25),
    originX: 255.5 + random.normal(0, 5),
    originY: 250 + random.normal(0, 7),
    noiseHu: random.clippedNormal(11.6, 2, 7.2, 15.5) * (intervalMm < 2 ? 1.12 : 1),
    circle: random.chance(0.45),
    lesions,
    keySlices: [...byIndex.values()].sort((a, b) => a.sliceIndex - b.sliceIndex),
  };
}

/**
 * Draws a patient with lesions, follow-ups and key slices. Depends on the seed and the patient's index alone.
 * @param patientIndex 1-based.
 */
export function planPatient(seed: number, patientIndex: number): PatientPlan {
  const anatomy = drawAnatomy(new Random(seed, 'anatomy', patientIndex));
  const random = new Random(seed, 'plan', patientIndex);
  const { sites, lesions } = drawSites(anatomy, random);
  const studies: Study[] = [];
  if (sites.length > 0) {
    const count = random.weighted([1, 2, 3, 4] as const, (n) => [0, 0.56, 0.25, 0.12, 0.07][n] ?? 0);
    let current = lesions;
    let age = anatomy.ageYears;
    for (let k = 1; k <= count; k++) {
      studies.push(drawStudy({ anatomy, sites, lesions: current }, k, age, random));
      current = current.map((lesion) => scaled(lesion, random.clippedNormal(1, 0.14, 0.72, 1.28)));
      if (random.chance(0.35)) age++;
    }
  }
  return { patientIndex, anatomy, studies };
}
