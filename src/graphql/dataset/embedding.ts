/**
 * Determines which parents and contents of an object are selected, so that they are read in the same statement
 * instead of one statement each.
 */
import type { ImageContents, ImageParents, LesionParents, PatientContents, StudyContents } from '../../dataset';
import type { Selection } from '../core/lookAhead';

/** @param lesions the selection of lesions */
export function parentsOfLesions(lesions: Selection): LesionParents {
  const image = lesions.at('image');
  const study = image.has('study');
  return {
    // The URL of a close-up is made of its image's key.
    image: lesions.has('image', 'url'),
    study,
    series: image.has('series'),
    patient: lesions.has('patient') || image.at('study').has('patient'),
  };
}

/** @param images the selection of bookmarked images */
export function parentsOfImages(images: Selection): ImageParents {
  return { study: images.has('study'), series: images.has('series'), patient: images.at('study').has('patient') };
}

/** @param patients the selection of patients */
export function contentsOfPatients(patients: Selection): PatientContents {
  return { studies: patients.has('studies') ? contentsOfStudies(patients.at('studies')) : undefined };
}

/** @param studies the selection of studies */
export function contentsOfStudies(studies: Selection): StudyContents {
  return { images: studies.has('images') ? contentsOfImages(studies.at('images')) : undefined };
}

/** @param images the selection of bookmarked images */
export function contentsOfImages(images: Selection): ImageContents {
  return { lesions: images.has('lesions') };
}
