import type { Random } from '../random';
import type { Point3 } from '../raster';

/** What fills a piece of bowel. */
export type BowelContent = 'contrast' | 'fluid' | 'gas' | 'collapsed' | 'stool';

/** One piece of a bowel loop: a tube in space. */
export interface BowelSegment {
  readonly from: Point3;
  readonly to: Point3;
  readonly radius: number;
  readonly content: BowelContent;
  /** HU of the content. */
  readonly hu: number;
}

/** The frame of the colon: caecum, ascending, transverse, descending, sigmoid, rectum. */
const COLON: readonly Point3[] = [
  [-88, -12, 600],
  [-96, 4, 560],
  [-98, 16, 510],
  [-92, 8, 468],
  [-70, -38, 462],
  [-20, -66, 478],
  [35, -64, 468],
  [78, -36, 432],
  [98, 8, 425],
  [104, 22, 470],
  [102, 20, 530],
  [94, 2, 580],
  [72, -10, 610],
  [38, -14, 628],
  [12, 10, 622],
  [4, 38, 640],
];

function contentHu(random: Random, content: BowelContent): number {
  switch (content) {
    case 'contrast':
      return random.clippedNormal(260, 90, 110, 520);
    case 'fluid':
      return random.normal(18, 8);
    case 'gas':
      return -930;
    case 'collapsed':
      return random.normal(62, 8);
    case 'stool':
      return random.normal(20, 45);
  }
}

function drawContent(random: Random, oralContrast: boolean): BowelContent {
  return random.weighted(['contrast', 'fluid', 'gas', 'collapsed'] as const, (content) => {
    if (content === 'contrast') return oralContrast ? 0.55 : 0;
    if (content === 'gas') return 0.08;
    return content === 'fluid' ? (oralContrast ? 0.14 : 0.5) : 0.3;
  });
}

function layColon(random: Random, oralContrast: boolean): BowelSegment[] {
  const bent = COLON.map(
    ([x, y, z]): Point3 => [x + random.normal(0, 5), y + random.normal(0, 5), z + random.normal(0, 9)],
  );
  const segments: BowelSegment[] = [];
  for (let k = 1; k < bent.length; k++) {
    const from = bent[k - 1];
    const to = bent[k];
    if (from === undefined || to === undefined) continue;
    const content: BowelContent = random.chance(0.22)
      ? 'gas'
      : oralContrast && random.chance(0.3)
        ? 'contrast'
        : 'stool';
    segments.push({ from, to, radius: random.uniform(11, k < 5 ? 23 : 17), content, hu: contentHu(random, content) });
  }
  return segments;
}

/** A small bowel that wanders through the middle of the abdomen: neighbouring pieces share their content. */
function laySmallBowel(random: Random, oralContrast: boolean): BowelSegment[] {
  const segments: BowelSegment[] = [];
  let at: Point3 = [20, -40, 438];
  let content = drawContent(random, oralContrast);
  let hu = contentHu(random, content);
  for (let k = 0; k < 96; k++) {
    const z = 446 + (200 * k) / 96 + random.normal(0, 22);
    const wide = z > 610 ? 50 : 86;
    const to: Point3 = [
      random.uniform(-wide, wide),
      random.uniform(-70, z > 610 ? 20 : 2),
      Math.min(680, Math.max(436, z)),
    ];
    const middle: Point3 = [
      at[0] + 0.55 * (to[0] - at[0]) + random.normal(0, 10),
      at[1] + 0.55 * (to[1] - at[1]) + random.normal(0, 8),
      at[2] + 0.5 * (to[2] - at[2]) + random.normal(0, 8),
    ];
    if (random.chance(0.35)) {
      content = drawContent(random, oralContrast);
      hu = contentHu(random, content);
    }
    const radius = content === 'collapsed' ? random.uniform(5, 8) : random.uniform(7.5, 13.5);
    if (random.chance(0.85)) segments.push({ from: at, to: middle, radius, content, hu });
    at = random.chance(0.5) ? middle : to;
  }
  return segments;
}

/** Lays the bowel of a patient. */
export function layBowel(random: Random): BowelSegment[] {
  const oralContrast = random.chance(0.62);
  return [...laySmallBowel(random, oralContrast), ...layColon(random, oralContrast)];
}
