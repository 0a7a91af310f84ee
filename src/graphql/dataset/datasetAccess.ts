/** Who sees a data set, and its terms of use. */
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { type AcceptanceRow, MAX_ACCEPTANCES, type TermsRow, VISIBILITIES, type Visibility } from '../../access';
import { defineEnum } from '../core/enums';
import { declareList } from '../core/listBounds';
import { Column, Property } from '../core/property';
import { Dataset } from './dataset';

const OF_CODES = { most: 20, usual: 2, because: 'Terms have at most 20 codes (access/datasetAccess.ts).' };
declareList('DatasetTerms.duoCodes', OF_CODES);
declareList('Viewer.acceptedTerms', {
  most: MAX_ACCEPTANCES,
  usual: 3,
  because: 'The latest are listed (access/terms.ts).',
});

export const DatasetVisibilityEnum = defineEnum('DatasetVisibility', 'Who sees a data set.', VISIBILITIES, {
  PUBLIC: 'Anyone with the scope `read`.',
  TERMS: 'Anyone with the scope `read` sees that it is there; its content is for those who have accepted its terms.',
  PRIVATE:
    'Keys that are bound to it, and callers with `operate` that are not bound to others. For all others it is absent.',
});

@ObjectType({ description: 'A version of the terms of use of a data set.' })
export class DatasetTerms {
  /** @param acceptance of the caller */
  constructor(
    readonly row: TermsRow,
    acceptance: AcceptanceRow | null,
    mustAccept: boolean,
  ) {
    this.acceptedAt = acceptance?.acceptedAt ?? null;
    this.mustAccept = mustAccept;
  }

  @Column(() => ID, 'Id of this version of the terms, a UUID.')
  declare readonly id: string;

  @Column(() => String, 'Version, for `acceptTerms`.')
  declare readonly version: string;

  @Column(() => String, 'Title.')
  declare readonly title: string;

  @Column(() => String, 'The whole text, plain, with line breaks.')
  declare readonly text: string;

  @Column(() => String, 'Address of a page with the terms.', { nullable: true })
  declare readonly url: string | null;

  @Column(() => [String], 'Terms of the Data Use Ontology (GA4GH), such as `DUO:0000042`.')
  declare readonly duoCodes: string[];

  @Property(() => Boolean, 'Whether you have to accept them before you may read the content of the data set.')
  readonly mustAccept: boolean;

  @Property(
    () => GraphQLDateTime,
    'Time at which the holder of your key accepted them (UTC). Null if that has not happened.',
    {
      nullable: true,
    },
  )
  readonly acceptedAt: Date | null;
}

@ObjectType({ description: 'That the holder of a key accepted a version of the terms of a data set.' })
export class TermsAcceptance {
  constructor(readonly row: AcceptanceRow) {}

  @Property(() => String, 'Slug of the data set.')
  get dataset(): string {
    return this.row.slug;
  }

  @Column(() => String, 'Version of the terms.')
  declare readonly version: string;

  @Column(() => String, 'Title of the terms.')
  declare readonly title: string;

  @Column(() => Boolean, 'Whether the data set asks for these terms at present.')
  declare readonly isCurrent: boolean;

  @Column(() => String, 'Name of the person who accepted them.')
  declare readonly name: string;

  @Column(() => String, 'Affiliation of that person.')
  declare readonly affiliation: string;

  @Column(() => String, 'What the data are for.')
  declare readonly purpose: string;

  @Column(() => GraphQLDateTime, 'Time of the acceptance (UTC).')
  declare readonly acceptedAt: Date;
}

@InputType({ description: 'Who accepts which terms, and for what.' })
export class AcceptTermsInput {
  @Field(() => String, { description: 'The data set: its slug.' })
  dataset!: string;

  @Field(() => String, { description: 'Version of the terms that were read, which has to be the current one.' })
  termsVersion!: string;

  @Field(() => String, { description: 'Name of the person, 1 to 200 characters.' })
  name!: string;

  @Field(() => String, { description: 'Affiliation of the person, 1 to 200 characters.' })
  affiliation!: string;

  @Field(() => String, { description: 'What the data are for, 1 to 2000 characters.' })
  purpose!: string;
}

@InputType({ description: 'A version of the terms of use of a data set.' })
export class DatasetTermsInput {
  @Field(() => String, {
    description: 'Version: 1 to 40 letters, digits, dots, dashes and underscores. Other terms need another version.',
  })
  version!: string;

  @Field(() => String, { description: 'Title, 1 to 200 characters.' })
  title!: string;

  @Field(() => String, { description: 'The whole text, plain, 1 to 100000 characters.' })
  text!: string;

  @Field(() => String, { nullable: true, description: 'Address of a page with the terms, http or https.' })
  url?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Terms of the Data Use Ontology (GA4GH), such as `DUO:0000042`, at most 20.',
  })
  duoCodes?: string[] | null;
}

@InputType({ description: 'Who is to see a data set from now on.' })
export class SetDatasetVisibilityInput {
  @Field(() => String, { description: 'The data set: its slug. All its versions are seen by the same callers.' })
  dataset!: string;

  @Field(() => DatasetVisibilityEnum, { description: 'Who is to see it.' })
  visibility!: Visibility;

  @Field(() => DatasetTermsInput, {
    nullable: true,
    description: 'With TERMS: the terms. If omitted, those that it had last; a data set without any needs them.',
  })
  terms?: DatasetTermsInput | null;
}

@ObjectType({ description: 'Result of acceptTerms.' })
export class AcceptTermsPayload {
  constructor(acceptance: TermsAcceptance, dataset: Dataset) {
    this.acceptance = acceptance;
    this.dataset = dataset;
  }

  @Property(() => TermsAcceptance, 'The acceptance. Terms that were accepted before stay accepted as they were.')
  readonly acceptance: TermsAcceptance;

  @Property(() => Dataset, 'The latest version of the data set.')
  readonly dataset: Dataset;
}

@ObjectType({ description: 'Result of setDatasetVisibility.' })
export class SetDatasetVisibilityPayload {
  constructor(dataset: Dataset) {
    this.dataset = dataset;
  }

  @Property(() => Dataset, 'The latest version of the data set.')
  readonly dataset: Dataset;
}
