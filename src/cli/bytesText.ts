const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** @returns a size for people, such as `1.4 GB` */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
