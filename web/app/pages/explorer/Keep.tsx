import { useState } from 'react';
import type { LesionFilter } from '../../data/schemaTypes.generated';
import { CitationTexts } from './CitationTexts';
import { Cohorts } from './Cohorts';
import type { KeptCohortFragment } from './keep.generated';

/** The selection under an id of its own, and how it is cited. A cohort that was just made is what is cited. */
export function Keep({
  dataset,
  filter,
  onLeave,
}: {
  /** `slug@version` */
  dataset: string;
  filter: LesionFilter;
  /** called when a link leads to another list */
  onLeave: () => void;
}) {
  const [made, setMade] = useState<KeptCohortFragment | null>(null);
  const { dataset: _, ...conditions } = filter;
  const [condition, another] = Object.keys(conditions);
  const cohort = made?.id ?? (condition === 'cohort' && another === undefined ? filter.cohort : null);
  return (
    <>
      <Cohorts dataset={dataset} filter={conditions} made={made} onMade={setMade} onLeave={onLeave} />
      <CitationTexts
        name={made?.name ?? dataset}
        cited={cohort ? { cohort } : { dataset, filter: condition === undefined ? null : conditions }}
      />
    </>
  );
}
