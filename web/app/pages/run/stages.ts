/** Mean times of one image, as the graph tells them. */
interface StageTimes {
  readonly decodeMs: number;
  readonly prepareMs: number;
  readonly networkMs: number;
  readonly postprocessMs: number;
}

/** One stage of the work on an image. */
export interface Stage {
  readonly name: string;
  readonly ms: number;
  /** of the sum of all, 0 to 1 */
  readonly share: number;
}

/** The stages in the order of the work, with their shares; the shares are 0 if nothing took any time. */
export function stagesOf({ decodeMs, prepareMs, networkMs, postprocessMs }: StageTimes): Stage[] {
  const sum = decodeMs + prepareMs + networkMs + postprocessMs;
  return [
    { name: 'reading', ms: decodeMs },
    { name: 'preprocessing', ms: prepareMs },
    { name: 'inference', ms: networkMs },
    { name: 'postprocessing', ms: postprocessMs },
  ].map((stage) => ({ ...stage, share: sum > 0 ? stage.ms / sum : 0 }));
}
