import type { Verdict } from './session';

/** The key and the words of each verdict. */
export const VERDICT_LOOKS: Record<Verdict, { key: string; label: string }> = {
  LESION: { key: '1', label: 'Lesion' },
  NOT_A_LESION: { key: '2', label: 'Not a lesion' },
  UNSURE: { key: '3', label: 'Unsure' },
};
