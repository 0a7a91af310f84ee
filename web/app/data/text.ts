/** Texts of numbers and times, the same on all pages. A minus is a minus sign, thousands have a thin comma. */
const count = new Intl.NumberFormat('en');
const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** 32735 → "32,735" */
export const formatCount = (value: number): string => count.format(value);

/** 0.643 → "64.3 %" ; null → "–" */
export function formatPercent(share: number | null | undefined, digits = 1): string {
  return share === null || share === undefined ? '–' : `${(share * 100).toFixed(digits)} %`.replace('-', '−');
}

/** A number with fixed digits, a minus sign and no "-0.0". */
export function formatNumber(value: number | null | undefined, digits = 1): string {
  if (value === null || value === undefined) return '–';
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−');
}

/** "1 lesion", "2 lesions" */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** "top-1 detection", "top-5 detections" */
export const topKDetections = (k: number): string => `top-${k} ${k === 1 ? 'detection' : 'detections'}`;

/** "coarse type", from `COARSE_TYPE` */
export const wordsOf = (name: string): string => name.toLowerCase().replaceAll('_', ' ');

/** "Soft tissue", from `SOFT_TISSUE` */
export function titleOf(name: string): string {
  const words = wordsOf(name);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** In the reader's time zone. */
export const formatTime = (iso: string | null | undefined): string => (iso ? dateTime.format(new Date(iso)) : '–');

/** 75 → "1 min 15 s" */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

const BYTE_UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** 16807615 → "17 MB", 1500 → "1.5 kB": powers of 1000, as disks are sold. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const power = Math.min(BYTE_UNITS.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${BYTE_UNITS[power - 1]}`;
}
