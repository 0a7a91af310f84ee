/** What other programs make of an image's file name, and what can be known from it. */
import { posix } from 'node:path';

/** Whom a name of DeepLesion's form shows. */
export interface NamedSlice {
  patientIndex: number;
  studyIndex: number;
  seriesIndex: number;
  sliceIndex: number;
}

/** An image's file name as a source writes it, understood. */
export interface SourceFileName {
  /** DeepLesion's name of a key slice, or the path with slashes; empty if nothing is left of it */
  fileName: string;
  /**
   * the path with slashes, without machine, drive and query: the pixel file may lie at its end below the image folder
   */
  path: string;
  /** whether the path begins at the root of a machine that need not be this one */
  absolute: boolean;
  /** known from a name of DeepLesion's form, or from one that holds such a name */
  slice: NamedSlice | null;
  /** false: the name only holds one of DeepLesion's form, and another program made something of the image */
  exact: boolean;
}

/** `.png`, `.JPG`, `.nii.gz`, or none. */
const SUFFIXES = String.raw`(?:\.[A-Za-z][A-Za-z0-9]{1,4}){0,2}`;
const SERIES = String.raw`(?<!\d)(\d{6})_(\d{2,3})_(\d{2,3})`;
const AT_THE_END = new RegExp(String.raw`${SERIES}[_/](\d{1,4})${SUFFIXES}$`);
/** DeepLesion has 4,427 patients; six digits that begin otherwise may be a date. */
const INSIDE = /(?<!\d)(00\d{4})_(\d{2,3})_(\d{2,3})(?:[_/-](\d{1,4}))?(?!\d)/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]+:\/\/[^/?#]*/;
const DRIVE = /^[A-Za-z]:(?=\/)/;
const QUERY = /[?#].*$/s;

/**
 * Understands a file name of DeepLesion's form in whatever way it is written: with folders in front, back-slashes, a
 * drive, as a URL, with another suffix or none, with blanks round it. A converter changes the form of a name, and the
 * patient stays the same.
 */
export function readFileName(written: string): SourceFileName {
  const slashed = written.trim().replaceAll('\\', '/');
  const isUrl = SCHEME.test(slashed);
  const withQuery = isUrl || /\?\w+=/.test(slashed);
  const whole = withQuery ? decoded(slashed.replace(SCHEME, '')) : slashed.replace(DRIVE, '');
  const bare = withQuery ? pathOfUrl(slashed.replace(SCHEME, '')) : whole;
  const path = relative(bare);
  const absolute = isUrl || bare.startsWith('/');
  // A labelling program names the file in the query of its own address.
  for (const text of [path, whole]) {
    const match = AT_THE_END.exec(text);
    if (match)
      return { fileName: canonicalName(match), path: relative(text), absolute, slice: sliceOf(match), exact: true };
  }
  const inside = INSIDE.exec(path);
  return { fileName: path, path, absolute, slice: inside ? sliceOf(inside) : null, exact: false };
}

function pathOfUrl(url: string): string {
  const path = decoded(url.replace(QUERY, ''));
  return path.endsWith('/') ? decoded(/[?&]\w+=([^&#]+)/.exec(url)?.[1] ?? path) : path;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text).replaceAll('\\', '/');
  } catch {
    return text;
  }
}

/** @returns the path without what leads to a root, above, or nowhere */
function relative(path: string): string {
  const normal = posix.normalize(path.replace(/^\/+/, '')).replace(/^(\.\.?\/)+/, '');
  return normal === '.' || normal === '..' ? '' : normal;
}

function canonicalName([, patient = '', study = '', series = '', slice = '']: RegExpExecArray): string {
  return `${patient}_${study}_${series}_${slice.padStart(3, '0')}.png`;
}

function sliceOf([, patient, study, series, slice = '0']: RegExpExecArray): NamedSlice {
  return {
    patientIndex: Number(patient),
    studyIndex: Number(study),
    seriesIndex: Number(series),
    sliceIndex: Number(slice),
  };
}

/** @returns the folders that all paths begin with, with a slash behind; empty if there are none */
export function commonFolder(paths: readonly string[]): string {
  const [first, ...others] = paths.map((path) => path.split('/').slice(0, -1));
  if (!first) return '';
  const differs = first.findIndex((part, i) => others.some((other) => other[i] !== part));
  const common = differs < 0 ? first : first.slice(0, differs);
  return common.map((part) => `${part}/`).join('');
}
