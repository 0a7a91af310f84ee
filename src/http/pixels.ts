import { parseWindowParameter, type WindowSetting, windowFromRange } from '../imaging';

/** @param windows low, high, low, high … in HU; the first is the default one, that of the abdomen if there is none */
export function defaultWindow([low, high]: readonly number[]): WindowSetting {
  if (low !== undefined && high !== undefined && high > low) return windowFromRange(low, high);
  return parseWindowParameter('abdomen');
}
