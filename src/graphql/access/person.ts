import { GraphQLDateTime } from 'graphql-scalars';
import { ObjectType } from 'type-graphql';
import { type CallerPerson, ROLE_NAMES } from '../../access';
import { declareList } from '../core/listBounds';
import { Column, Property } from '../core/property';

declareList('Person.roles', { most: ROLE_NAMES.length, because: 'There are no more roles (src/access/scopes.ts).' });

@ObjectType({ description: 'A person who is signed in with an OpenID provider.' })
export class Person {
  constructor(readonly row: CallerPerson) {}

  @Column(() => String, 'Name, as the provider gave it at the sign-in.')
  declare readonly name: string;

  @Column(() => String, 'What verdicts are signed with: the name of the first sign-in, with a number if it was taken.')
  declare readonly reviewer: string;

  @Column(() => String, 'Provider that identified the person.')
  declare readonly issuer: string;

  @Column(() => String, 'Id of the person at the provider, which never changes.')
  declare readonly subject: string;

  @Column(
    () => [String],
    `Roles by the groups of the person (OIDC_ROLE_MAP), among ${ROLE_NAMES.join(', ')}. Empty if no group has a role here: ` +
      'then the person may do what callers may who are not signed in.',
  )
  declare readonly roles: CallerPerson['roles'];

  @Column(() => GraphQLDateTime, 'Time at which the session ends (UTC).')
  declare readonly expiresAt: Date;
}

@ObjectType({ description: 'Where people sign in in a browser.' })
export class SignIn {
  constructor(name: string, url: string) {
    this.name = name;
    this.url = url;
  }

  @Property(() => String, 'Name of the OpenID provider for people (OIDC_NAME).')
  readonly name: string;

  @Property(
    () => String,
    'Path of this server, below its prefix, that a browser opens to sign in; `to` is the page afterwards.',
  )
  readonly url: string;
}
