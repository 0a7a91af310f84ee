import { Int, ObjectType } from 'type-graphql';
import { CITATION_FACTS, type CitationForm, type Work } from '../../exports';
import { defineEnum } from '../core/enums';
import { declareList } from '../core/listBounds';
import { Column, Property } from '../core/property';

const WorkKindEnum = defineEnum('CitedWorkKind', 'What a cited work is.', ['DATASET', 'SOFTWARE'] as const, {
  DATASET: 'A data set version.',
  SOFTWARE: 'A detector, or this server.',
});

@ObjectType({ description: 'One work that is cited.' })
export class CitedWork {
  constructor(readonly row: Work) {}

  @Column(() => String, 'Its key in BibTeX and CSL-JSON.')
  declare readonly key: string;

  @Property(() => WorkKindEnum, 'What it is.')
  get kind(): 'DATASET' | 'SOFTWARE' {
    return this.row.kind === 'dataset' ? 'DATASET' : 'SOFTWARE';
  }

  @Column(() => String, 'Title.')
  declare readonly title: string;

  @Column(() => String, 'Version.')
  declare readonly version: string;

  @Column(() => Int, 'Year, as far as its own texts say one.', { nullable: true })
  declare readonly year: number | null;

  @Column(() => String, 'Its address.', { nullable: true })
  declare readonly url: string | null;

  @Column(
    () => [String],
    'What its authors want to be said, its licence, its checksum, and what of it was used: sentences.',
  )
  declare readonly notes: readonly string[];
}
declareList('CitedWork.notes', {
  most: 100,
  because: 'A few sentences for each evaluation, of which there are at most 20.',
});

@ObjectType({
  description: 'How to cite what was used, in the forms of `/exports/…/citation`. Each work is cited once.',
})
export class Citation {
  constructor(private readonly cited: readonly Work[]) {}

  private in(form: CitationForm): string {
    return CITATION_FACTS[form].write(this.cited);
  }

  @Property(() => [CitedWork], 'The works.')
  get works(): CitedWork[] {
    return this.cited.map((work) => new CitedWork(work));
  }

  @Property(() => String, 'Sentences, one work in a paragraph.')
  get text(): string {
    return this.in('text');
  }

  @Property(() => String, 'BibTeX.')
  get bibtex(): string {
    return this.in('bibtex');
  }

  @Property(() => String, 'CSL-JSON, as text.')
  get cslJson(): string {
    return this.in('csl-json');
  }

  @Property(() => String, 'RIS.')
  get ris(): string {
    return this.in('ris');
  }
}
declareList('Citation.works', { most: 100, usual: 3, because: 'Data, detectors of at most 20 evaluations, software.' });
