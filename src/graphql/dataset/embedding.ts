/**
 * Determines which parents and contents of an object are selected, so that they are read in the same statement
 * instead of one statement each.
 */
import type { ImageContents, ImageParents, LesionParents, PatientContents, StudyContents } from '../../dataset';
import type { Selection } from '../core/lookAhead';

/**
 * The fields that show the details of images and lesions (`ImageDetails`, `LesionDetails`). They are looked for at any
 * depth below a list, because its rows know each other: `studies { patient { studies { images { windows } } } }` of a
 * patient shows the windows of the same images as `studies { images { windows } }`.
 */
const DETAILS: ReadonlySet<string> = new Set([
  'sliceRangeFirst',
  'sliceRangeLast',
  'sliceIntervalMm',
  // The offset in mm of a neighbouring slice is computed from the interval.
  'offsetMm',
  'windows',
  'pixelSha256',
  'longAxis',
  'shortAxis',
  'normalizedLocation',
  'possiblyNoisy',
]);

const isBrief = (selection: Selection): boolean => !selection.mentions(DETAILS);

/** @param lesions the selection of lesions */
export function parentsOfLesions(lesions: Selection): LesionParents {
  const image = lesions.at('image');
  const study = image.has('study');
  return {
    withoutDetails: isBrief(lesions),
    // The URL of a close-up is made of its image's key.
    image: lesions.has('image', 'url'),
    study,
    series: image.has('series'),
    patient: lesions.has('patient') || image.at('study').has('patient'),
  };
}

/** @param images the selection of bookmarked images */
export function parentsOfImages(images: Selection): ImageParents {
  return {
    withoutDetails: isBrief(images),
    study: images.has('study'),
    series: images.has('series'),
    patient: images.at('study').has('patient'),
  };
}

/** @param patients the selection of patients */
export function contentsOfPatients(patients: Selection): PatientContents {
  return { studies: patients.has('studies') ? contentsOfStudies(patients.at('studies')) : undefined };
}

/** @param studies the selection of studies */
export function contentsOfStudies(studies: Selection): StudyContents {
  return { images: studies.has('images') ? contentsOfImages(studies.at('images'), isBrief(studies)) : undefined };
}

/**
 * @param images the selection of bookmarked images
 * @param withoutDetails whether nothing shows the details of the images and their lesions, be it through rows above
 */
export function contentsOfImages(images: Selection, withoutDetails = isBrief(images)): ImageContents {
  return { withoutDetails, lesions: images.has('lesions') };
}
