/** Which rows above an object and inside it are selected, so that they come in its own statement instead of one statement each. */
import type { ImageContents, ImageParents, LesionParents, PatientContents, StudyContents } from '../../dataset';
import type { Selection } from '../core/lookAhead';

/** @param lesions what is selected of lesions */
export function parentsOfLesions(lesions: Selection): LesionParents {
  const image = lesions.at('image');
  const study = image.has('study');
  return {
    image: lesions.has('image'),
    study,
    series: image.has('series'),
    patient: lesions.has('patient') || image.at('study').has('patient'),
  };
}

/** @param images what is selected of bookmarked images */
export function parentsOfImages(images: Selection): ImageParents {
  return { study: images.has('study'), series: images.has('series'), patient: images.at('study').has('patient') };
}

/** @param patients what is selected of patients */
export function contentsOfPatients(patients: Selection): PatientContents {
  return { studies: patients.has('studies') ? contentsOfStudies(patients.at('studies')) : undefined };
}

/** @param studies what is selected of studies */
export function contentsOfStudies(studies: Selection): StudyContents {
  return { images: studies.has('images') ? contentsOfImages(studies.at('images')) : undefined };
}

/** @param images what is selected of bookmarked images */
export function contentsOfImages(images: Selection): ImageContents {
  return { lesions: images.has('lesions') };
}
