import { Random } from '../random';
import type { Point3, Warp } from '../raster';
import { type BowelSegment, layBowel } from './bowel';
import { growAbdominalTrees, growLungTrees, type VesselTree } from './trees';

/** How far contrast medium has come when the scan is made; it sets the enhancement of vessels and organs. */
export type ContrastPhase = 'none' | 'arterial' | 'portal';

/** Hounsfield units of the tissues of one patient in the contrast phase of the scan. */
export interface TissueHu {
  readonly fat: number;
  readonly muscle: number;
  readonly lung: number;
  readonly cortical: number;
  readonly trabecular: number;
  readonly blood: number;
  readonly aorta: number;
  readonly vein: number;
  readonly heart: number;
  readonly liver: number;
  readonly liverVessel: number;
  readonly spleen: number;
  readonly kidneyCortex: number;
  readonly kidneyMedulla: number;
  readonly pancreas: number;
  readonly bowelWall: number;
  readonly gland: number;
}

interface Wave {
  readonly kx: number;
  readonly ky: number;
  readonly kz: number;
  readonly phase: number;
  readonly ax: number;
  readonly ay: number;
}

/** Everything about a patient that does not change between scans. */
export interface Anatomy {
  readonly sex: 'F' | 'M';
  readonly ageYears: number;
  readonly scaleX: number;
  readonly scaleY: number;
  readonly scaleZ: number;
  /** Fat under the skin, mm. */
  readonly fatMm: number;
  readonly phase: ContrastPhase;
  readonly hu: TissueHu;
  readonly ribPhase: number;
  readonly vertebraPhase: number;
  /** Small shift and stretch of a named organ. */
  readonly organShift: (name: string) => {
    readonly dx: number;
    readonly dy: number;
    readonly dz: number;
    readonly scale: number;
  };
  readonly lungTrees: readonly VesselTree[];
  readonly liverTrees: readonly VesselTree[];
  readonly mesentericTree: VesselTree;
  readonly bowel: readonly BowelSegment[];
  readonly hasGallbladder: boolean;
  /** Depth of pleural fluid on the right and left, mm; 0 is none. */
  readonly effusionMm: readonly [number, number];
  readonly nodes: readonly { readonly at: Point3; readonly radius: number }[];
  readonly warpAt: (z: number) => Warp;
}

/** Largest displacement along one axis, mm. */
const LARGEST_WARP_MM = 8;
/** Behind this depth the displacement fades: the patient lies on a table, which is straight. */
const FLAT_FROM_MM = 112;

function drawHu(random: Random, phase: ContrastPhase): TissueHu {
  const enhanced = phase === 'none' ? 0 : 1;
  const portal = phase === 'portal' ? 1 : 0;
  const arterial = phase === 'arterial' ? 1 : 0;
  const fatty = random.chance(0.15);
  const blood = random.normal(43, 3);
  const liverBase =
    (fatty ? random.normal(38, 8) : random.normal(60, 5)) + portal * random.normal(48, 9) + arterial * 14;
  const vein = blood + portal * random.normal(105, 18) + arterial * random.normal(40, 20);
  const aorta = blood + portal * random.normal(115, 20) + arterial * random.normal(235, 40);
  return {
    fat: random.normal(-103, 4),
    muscle: random.normal(56, 4) + enhanced * 5,
    lung: random.clippedNormal(-862, 26, -920, -790),
    cortical: random.clippedNormal(640, 90, 420, 900),
    trabecular: random.clippedNormal(185, 45, 90, 320),
    blood,
    aorta,
    vein,
    heart: (aorta + vein) / 2,
    liver: liverBase,
    liverVessel: portal ? Math.max(liverBase + 22, vein * 0.98) : enhanced ? liverBase + 22 : blood - 4,
    spleen: random.normal(50, 4) + portal * random.normal(68, 8) + arterial * random.normal(60, 15),
    kidneyCortex: random.normal(34, 3) + portal * random.normal(150, 15) + arterial * random.normal(130, 20),
    kidneyMedulla: random.normal(31, 3) + portal * random.normal(125, 18) + arterial * random.normal(30, 10),
    pancreas: random.normal(42, 5) + portal * random.normal(52, 8) + arterial * random.normal(60, 10),
    bowelWall: random.normal(42, 4) + enhanced * random.normal(45, 10),
    gland: random.normal(35, 10),
  };
}

/** Smooth displacement in space: a few waves of 25 to 130 mm; amplitudes fall with the wave number. */
function drawWaves(random: Random): Wave[] {
  const waves: Wave[] = [];
  for (const [wavelength, amplitude, count] of [
    [125, 2.2, 3],
    [62, 1.0, 4],
    [30, 0.42, 5],
  ] as const) {
    for (let i = 0; i < count; i++) {
      const direction = random.uniform(0, 2 * Math.PI);
      const k = (2 * Math.PI) / (wavelength * random.uniform(0.8, 1.3));
      waves.push({
        kx: k * Math.cos(direction),
        ky: k * Math.sin(direction),
        kz: (2 * Math.PI) / random.uniform(110, 240),
        phase: random.uniform(0, 2 * Math.PI),
        ax: (amplitude * random.normal(0, 1)) / Math.sqrt(count / 2),
        ay: (amplitude * random.normal(0, 1)) / Math.sqrt(count / 2),
      });
    }
  }
  return waves;
}

function warpOf(waves: readonly Wave[], z: number): Warp {
  return (x, y) => {
    let dx = 0;
    let dy = 0;
    for (const wave of waves) {
      const s = Math.sin(wave.kx * x + wave.ky * y + wave.kz * z + wave.phase);
      dx += wave.ax * s;
      dy += wave.ay * s;
    }
    const lies = y < FLAT_FROM_MM ? 1 : Math.max(0, 1 - (y - FLAT_FROM_MM) / 30);
    const limit = LARGEST_WARP_MM;
    return [lies * Math.max(-limit, Math.min(limit, dx)), lies * Math.max(-limit, Math.min(limit, dy))];
  };
}

/** Small normal lymph nodes in the fat of the chest, armpits, mesentery and groins: confusers, never annotated. */
function drawNormalNodes(random: Random): { at: Point3; radius: number }[] {
  const sites: readonly Point3[] = [
    [-16, 4, 150],
    [14, 20, 175],
    [-14, 14, 195],
    [2, 26, 215],
    [-34, 8, 205],
    [36, 8, 215],
    [10, -42, 150],
    [-140, -20, 120],
    [-148, -5, 140],
    [-135, 10, 155],
    [142, -15, 118],
    [148, 0, 145],
    [136, 12, 165],
    [15, -20, 470],
    [-12, -25, 500],
    [25, -35, 520],
    [14, 12, 450],
    [-16, 16, 480],
    [-62, -20, 650],
    [64, -22, 640],
    [-78, -68, 735],
    [80, -70, 740],
    [-88, -66, 750],
    [90, -66, 728],
  ];
  return sites
    .filter(() => random.chance(0.55))
    .map(([x, y, z]) => ({
      at: [x + random.normal(0, 4), y + random.normal(0, 4), z + random.normal(0, 8)],
      radius: random.uniform(1.8, 3.6),
    }));
}

/**
 * Draws a patient. The same random stream gives the same patient.
 * @param random a stream that belongs to this patient's anatomy alone.
 */
export function drawAnatomy(random: Random): Anatomy {
  const sex = random.chance(0.57) ? 'M' : 'F';
  const ageYears = Math.round(random.clippedNormal(54, 16, 4, 88));
  const size = random.clippedNormal(sex === 'M' ? 1.03 : 0.95, 0.045, 0.84, 1.16);
  const phase: ContrastPhase = random.weighted(['none', 'arterial', 'portal'] as const, (p) =>
    p === 'none' ? 0.22 : p === 'arterial' ? 0.12 : 0.66,
  );
  const waves = drawWaves(random);
  const organSeed = random.integer(2 ** 31);
  const abdominal = growAbdominalTrees(random);
  const effusion = (): number => (random.chance(0.07) ? random.uniform(8, 34) : 0);
  return {
    sex,
    ageYears,
    scaleX: size * random.clippedNormal(1, 0.035, 0.92, 1.1),
    scaleY: size * random.clippedNormal(1.02, 0.04, 0.92, 1.14),
    scaleZ: size * random.clippedNormal(1, 0.03, 0.93, 1.07),
    fatMm: random.logUniform(5, 34),
    phase,
    hu: drawHu(random, phase),
    ribPhase: random.uniform(0, 24),
    vertebraPhase: random.next(),
    organShift: organShifts(organSeed),
    lungTrees: growLungTrees(random),
    liverTrees: abdominal.liver,
    mesentericTree: abdominal.mesenteric,
    bowel: layBowel(random),
    hasGallbladder: random.chance(0.8),
    effusionMm: [effusion(), effusion()],
    nodes: drawNormalNodes(random),
    warpAt: (z) => warpOf(waves, z),
  };
}

function organShifts(seed: number): Anatomy['organShift'] {
  const known = new Map<string, ReturnType<Anatomy['organShift']>>();
  return (name) => {
    let shift = known.get(name);
    if (shift === undefined) {
      const random = new Random(seed, 'organ', name);
      shift = {
        dx: random.normal(0, 2.5),
        dy: random.normal(0, 2.5),
        dz: random.normal(0, 7),
        scale: random.clippedNormal(1, 0.07, 0.84, 1.18),
      };
      known.set(name, shift);
    }
    return shift;
  };
}
