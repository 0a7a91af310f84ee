/** What is known of DeepLesion itself, so that an import of its own file needs no words of the caller. */
import type { DatasetTexts } from './datasetTexts';
import type { LesionRecord } from './importRecords';
import type { Box } from './recist';

/** A published lesion of each split: an import of the whole file, or of the part of a split, contains one of them. */
const PUBLISHED: Readonly<Record<string, Box>> = {
  '000001_01_01_109.png': { x1: 226.169, y1: 90.0204, x2: 241.252, y2: 111.977 },
  '000002_01_01_162.png': { x1: 229.222, y1: 256.228, x2: 245.36, y2: 273.594 },
  '000089_01_01_037.png': { x1: 132.977, y1: 171.808, x2: 165.939, y2: 214.029 },
};
/** The published boxes are rounded to six digits. */
const ROUNDING_PX = 0.01;

/** The texts of the public release of 20 July 2018. It comes with terms of use and no named licence. */
export const DEEP_LESION_TEXTS: Required<DatasetTexts> = {
  name: 'DeepLesion',
  licence:
    'No named licence. Published by the NIH Clinical Center for free use: cite the articles and name the NIH ' +
    'Clinical Center as the provider (https://nihcc.app.box.com/v/DeepLesion).',
  citation:
    'K. Yan, X. Wang, L. Lu, R. M. Summers: DeepLesion: automated mining of large-scale lesion annotations and ' +
    'universal lesion detection with deep learning. Journal of Medical Imaging 5(3), 036501 (2018). K. Yan, X. ' +
    'Wang, L. Lu, R. M. Summers: DeepLesion: Automated Deep Mining, Categorization and Detection of Significant ' +
    'Radiology Image Findings using Large-Scale Clinical Lesion Annotations. arXiv:1710.01766 (2017). Data ' +
    'provided by the NIH Clinical Center.',
  description:
    'Lesions that radiologists of the NIH Clinical Center measured on axial CT slices by RECIST diameters, with ' +
    'a bounding box around each.',
};

/** Whether records are those of the published DL_info.csv: any file may have the same columns. */
export function isDeepLesion(lesions: readonly LesionRecord[]): boolean {
  return lesions.some(({ image, box }) => {
    const published = PUBLISHED[image.fileName];
    return published !== undefined && isClose(published, box);
  });
}

function isClose(a: Box, b: Box): boolean {
  return (['x1', 'y1', 'x2', 'y2'] as const).every((side) => Math.abs(a[side] - b[side]) < ROUNDING_PX);
}
