import { createFaultBed } from './faultBed';
import { FAULTS } from './faults';
import { createStage, NOTICED_SECONDS, play, type Stage, type Verdict } from './rounds';

const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 1);
const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
/** Most of a fault is the wait for a lease: so many pass at once, each on a bed of its own. */
const LANES = 2;
/** The processor belongs to others as well: `npm run faults` holds the product to the shorter time. */
const BUSY_SECONDS = 3 * NOTICED_SECONDS;
/** A fault that is not survived is told by the verdict; this is for a machine that has much else to do. */
const TIMEOUT_MS = 300_000;

describe('a detection run ends once, with every image done once and the same figures,', () => {
  const rounds = Array.from({ length: ROUNDS }, (_, round) =>
    FAULTS.map((fault) => ({ fault, seed: SEED + round })),
  ).flat();
  const unfit = new Map(FAULTS.map((fault) => [fault, fault.unfit?.() ?? null]));
  const fit = rounds.filter(({ fault }) => unfit.get(fault) === null);
  const stages: Stage[] = [];
  const verdicts = new Map<(typeof rounds)[number], Promise<Verdict>>();

  beforeAll(async () => {
    const first = await createStage();
    stages.push(first);
    while (stages.length < LANES) stages.push({ ...first, bed: await createFaultBed() });
    const lanes = stages.map(() => Promise.resolve());
    for (const [place, round] of fit.entries()) {
      const lane = place % LANES;
      const verdict = lanes[lane]!.then(() => play(stages[lane]!, round.fault, round.seed, BUSY_SECONDS));
      verdicts.set(round, verdict);
      // Its test tells of one that fails; the lane goes on.
      lanes[lane] = verdict.then(
        () => undefined,
        () => undefined,
      );
    }
  }, TIMEOUT_MS);
  afterAll(() => Promise.all(stages.map(({ bed }) => bed.close())), TIMEOUT_MS);

  for (const round of rounds) {
    const { fault, seed } = round;
    const reason = unfit.get(fault);
    if (reason) it.skip(`when ${fault.name}: ${reason}`, () => undefined);
    else
      it(
        `when ${fault.name} (FAULT_SEED=${seed})`,
        async () => {
          expect((await verdicts.get(round))?.problems).toEqual([]);
        },
        ROUNDS * TIMEOUT_MS,
      );
  }
});
