import { FAULTS } from './faults';
import { createStage, play, type Stage } from './rounds';

const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 1);
const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
/** A fault that is not survived is told by the verdict; this is for a machine that has much else to do. */
const TIMEOUT_MS = 300_000;

describe('a detection run ends once, with every image done once and the same figures,', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage();
  }, TIMEOUT_MS);
  afterAll(() => stage?.bed.close(), TIMEOUT_MS);

  for (let round = 0; round < ROUNDS; round++) {
    const seed = SEED + round;
    for (const fault of FAULTS) {
      const unfit = fault.unfit?.() ?? null;
      if (unfit !== null) {
        it.skip(`when ${fault.name}: ${unfit}`, () => undefined);
        continue;
      }
      it(
        `when ${fault.name} (FAULT_SEED=${seed})`,
        async () => {
          expect((await play(stage, fault, seed)).problems).toEqual([]);
        },
        TIMEOUT_MS,
      );
    }
  }
});
