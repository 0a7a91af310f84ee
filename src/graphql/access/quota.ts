import { GraphQLDateTime } from 'graphql-scalars';
import { Field, Float, InputType, ObjectType } from 'type-graphql';
import { QUOTA_NAMES, type QuotaLimits, type QuotaStanding, readQuotas } from '../../access';
import { declareList } from '../core/listBounds';
import { Column } from '../core/property';

const OF_QUOTAS = {
  most: QUOTA_NAMES.length,
  usual: QUOTA_NAMES.length,
  because: 'There are no more (quotaLimits.ts).',
};
declareList('ApiKey.quotas', OF_QUOTAS);
declareList('Viewer.quotas', OF_QUOTAS);

const NAME =
  '`fields` (fields in responses of the graph, a minute), `images` (images for detections, a day), `upload-bytes`, ' +
  '`export-bytes` and `submissions` (a day).';

@ObjectType({
  description:
    'What a caller may have in a minute or in a day (UTC), and what is used of it. A request that exceeds it is refused ' +
    'with RATE_LIMITED; `extensions.quota` names it.',
})
export class Quota {
  constructor(readonly row: QuotaStanding) {}

  @Column(() => String, NAME)
  declare readonly name: string;

  @Column(() => Float, 'How much there is in each minute or day.')
  declare readonly limit: number;

  @Column(
    () => Float,
    'How much is used. It may be more than the limit, because the fields of a response are counted afterwards; the rest is ' +
      'taken from the minutes that follow.',
  )
  declare readonly used: number;

  @Column(() => GraphQLDateTime, 'Time at which something is given back (UTC).')
  declare readonly resetAt: Date;
}

@InputType({ description: 'A limit that a key has of its own.' })
export class QuotaInput {
  @Field(() => String, { description: NAME })
  name!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'How much there is in each minute or day, a whole number; null is without limit.',
  })
  limit?: number | null;
}

/** @throws BadUserInput naming what is wrong */
export function toQuotas(inputs: readonly QuotaInput[] | null | undefined): QuotaLimits {
  return readQuotas(
    (inputs ?? []).map(({ name, limit }) => `${name}=${limit ?? 'none'}`),
    'quotas',
  );
}
