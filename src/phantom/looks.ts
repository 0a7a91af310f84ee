import type { Anatomy } from './anatomy';
import type { LesionLook } from './lesion';
import type { Random } from './random';

/** Even density. */
export function plain(hu: number, edge: number, textureHu = 5): LesionLook {
  return { hu, edge, rimHu: 0, coreHu: 0, coreRadius: 0.5, textureHu };
}

/** 1 if contrast medium was given, else 0. */
export function enhancement(anatomy: Anatomy): number {
  return anatomy.phase === 'none' ? 0 : 1;
}

/** A solid lung lesion; few have a cavity. */
export function lungLook(random: Random): LesionLook {
  const cavity = random.chance(0.07);
  return {
    hu: random.normal(18, 28),
    edge: random.uniform(1.2, 2.6),
    rimHu: 0,
    coreHu: cavity ? -650 : 0,
    coreRadius: random.uniform(0.35, 0.55),
    textureHu: 12,
  };
}

/** A liver lesion darker than the organ, some with a rim or a necrotic middle. */
export function liverLook(random: Random, anatomy: Anatomy): LesionLook {
  const organ = anatomy.hu.liver;
  const drop = anatomy.phase === 'none' ? random.uniform(22, 38) : random.uniform(30, 78);
  const rim = random.chance(0.25) ? random.uniform(15, 40) : 0;
  return {
    hu: organ - drop,
    edge: random.uniform(1.8, 5.5),
    rimHu: rim,
    coreHu: random.chance(0.25) ? -random.uniform(10, 28) : 0,
    coreRadius: 0.55,
    textureHu: 5,
  };
}

/** A lymph node. */
export function nodeLook(random: Random, anatomy: Anatomy): LesionLook {
  const necrotic = random.chance(0.15);
  return {
    hu: random.normal(52, 7) + enhancement(anatomy) * random.normal(26, 14),
    edge: random.uniform(1.2, 2.2),
    rimHu: 0,
    coreHu: necrotic ? -random.uniform(20, 45) : 0,
    coreRadius: 0.6,
    textureHu: 5,
  };
}

/** A soft-tissue mass, often necrotic. */
export function massLook(random: Random, anatomy: Anatomy): LesionLook {
  const necrotic = random.chance(0.38);
  return {
    hu: random.normal(48, 8) + enhancement(anatomy) * random.normal(26, 14),
    edge: random.uniform(1.3, 3.2),
    rimHu: necrotic ? random.uniform(5, 30) : 0,
    coreHu: necrotic ? -random.uniform(18, 45) : 0,
    coreRadius: random.uniform(0.5, 0.75),
    textureHu: 10,
  };
}

/** Water. */
export function cystLook(random: Random): LesionLook {
  return plain(random.normal(8, 5), 1.3, 2);
}

/** Lytic or sclerotic. */
export function boneLook(random: Random): LesionLook {
  return random.chance(0.55)
    ? { ...plain(random.normal(55, 15), random.uniform(1.3, 2.5), 10), rimHu: random.chance(0.3) ? 180 : 0 }
    : plain(random.uniform(620, 1000), random.uniform(2, 4.5), 60);
}
