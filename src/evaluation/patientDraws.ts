/**
 * Draws as many patients as there are, with replacement.
 *
 * @param random of `seededRandom`
 * @param weights takes how often each patient was drawn
 */
export function drawWeights(random: () => number, weights: Int32Array): void {
  weights.fill(0);
  for (let draw = 0; draw < weights.length; draw++) weights[Math.floor((random() / 2 ** 32) * weights.length)]!++;
}
