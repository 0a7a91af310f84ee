import { GraphQLDateTime } from 'graphql-scalars';
import { ID, ObjectType } from 'type-graphql';
import { API_KEY_ORDER_FIELDS, type ApiKeyRow, apiKeyKey, SCOPES } from '../../access';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import { BY_ID, defineEnum } from '../core/enums';
import { declareList } from '../core/listBounds';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';

const OF_SCOPES = { most: SCOPES.length, because: 'There are no more scopes (src/access/scopes.ts).' };
declareList('ApiKey.scopes', OF_SCOPES);
declareList('Viewer.scopes', OF_SCOPES);
declareList('ApiKey.datasets', { most: 100, usual: 2, because: 'A key is bound to at most 100 data sets (keys.ts).' });

export const ApiKeyOrderFieldEnum = defineEnum(
  'ApiKeyOrderField',
  'Fields by which keys can be ordered.',
  API_KEY_ORDER_FIELDS,
  { CREATED_AT: 'Time at which it was created.', ID: BY_ID, NAME: 'Name, in byte order.' },
);

@ObjectType({
  implements: Node,
  description: 'A key of the API, without its secret, which no one can read again. Found only by those who manage it.',
})
export class ApiKey implements Node {
  constructor(readonly row: ApiKeyRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('ApiKey', apiKeyKey(this.row));
  }

  @Column(() => String, 'Name of the person or program that holds it. Verdicts are signed with it.')
  declare readonly name: string;

  @Property(() => String, 'How the key begins, `dl_ID`: enough to recognize it.')
  get prefix(): string {
    return `dl_${this.row.keyId}`;
  }

  @Column(() => [String], `What it may be used for, among ${SCOPES.join(', ')}.`)
  declare readonly scopes: ApiKeyRow['scopes'];

  @Property(() => [String], 'Slugs of the only data sets that it may touch. Null if it is not bound to any.', {
    nullable: true,
  })
  get datasets(): string[] | null {
    return this.row.datasets.length > 0 ? this.row.datasets : null;
  }

  @Column(() => String, 'What it is for.', { nullable: true })
  declare readonly note: string | null;

  @Column(() => GraphQLDateTime, 'Time at which it was created (UTC).')
  declare readonly createdAt: Date;

  @Column(() => GraphQLDateTime, 'Time from which it is no longer valid (UTC).', { nullable: true })
  declare readonly expiresAt: Date | null;

  @Column(() => GraphQLDateTime, 'Time of its last use, to the minute (UTC). Null if it was never used.', {
    nullable: true,
  })
  declare readonly lastUsedAt: Date | null;

  @Column(() => GraphQLDateTime, 'Time at which it was revoked (UTC).', { nullable: true })
  declare readonly revokedAt: Date | null;
}

export const ApiKeyConnection = connectionOf(ApiKey, 'ApiKey', 'keys');

@ObjectType({ description: 'Who sent the request.' })
export class Viewer {
  constructor(scopes: readonly string[]) {
    this.scopes = scopes;
  }

  @Property(
    () => [String],
    'What the request may do: the scopes of its key, or those of requests without a key, and those of the roles of a person.',
  )
  readonly scopes: readonly string[];
}
