/** External detectors: they run elsewhere, and only their detections are here. */
import { Conflict } from '../errors';

/** Why an external detector is never ready. */
export const EXTERNAL_REASON = 'It is external: it runs outside this server, which stores only its detections.';

/** @returns the error for a request to run an external detector */
export function externalRefusal(name: string, version: string): Conflict {
  return new Conflict(
    `Detector ${name}@${version} is external: it runs elsewhere, and this server has no model of it. Run it there, or ` +
      'name a detector that has a model: `detectors(filter: { source: [REGISTERED, SHIPPED] })` lists them.',
    'detector',
  );
}
