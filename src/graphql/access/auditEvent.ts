import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Field, Int, ObjectType } from 'type-graphql';
import {
  AUDIT_EVENT_ORDER_FIELDS,
  AUDIT_OUTCOMES,
  type AuditEventRow,
  type AuditOutcome,
  type AuditEventFilter as RoomFilter,
} from '../../access';
import { connectionOf } from '../core/connection';
import { defineEnum } from '../core/enums';
import { InputOf } from '../core/inputs';
import { listArgsOf } from '../core/listArgs';
import { Column, Property } from '../core/property';

const AuditOutcomeEnum = defineEnum('AuditOutcome', 'What became of an attempt.', AUDIT_OUTCOMES, {
  DONE: 'It was done.',
  REFUSED: 'It was refused; `code` gives the reason.',
  FAILED: 'It failed because of a fault of the server.',
});

const AuditEventOrderFieldEnum = defineEnum(
  'AuditEventOrderField',
  'Fields by which events can be ordered.',
  AUDIT_EVENT_ORDER_FIELDS,
  { NUMBER: 'The order in which they happened. The default is the newest first.' },
);

@ObjectType({ description: 'Who did something: a key, a person, or else the network that the request came from.' })
export class AuditActor {
  constructor(readonly row: AuditEventRow) {}

  @Property(() => String, 'How the key begins, `dl_ID`. Null without a key.', { nullable: true })
  get prefix(): string | null {
    return this.row.keyId === null ? null : `dl_${this.row.keyId}`;
  }

  @Property(() => String, 'Name of the key or the person at that time. Null without either.', { nullable: true })
  get name(): string | null {
    return this.row.keyName;
  }

  @Column(
    () => String,
    'An IPv4 address cut to its /24, an IPv6 address cut to its /48, `person:` and a UUID, or `command line`. Null with a key.',
    { nullable: true },
  )
  declare readonly address: string | null;
}

@ObjectType({
  description:
    'What somebody did or tried. It never holds secrets, texts of people, addresses of webhooks, requests or pixels, and is ' +
    'never changed.',
})
export class AuditEvent {
  constructor(readonly row: AuditEventRow) {}

  @Column(() => Int, 'Place in the trail, from 1 and without gaps.')
  declare readonly number: number;

  @Column(() => GraphQLDateTime, 'Time (UTC), on the clock of the database.')
  declare readonly at: Date;

  @Property(() => AuditActor, 'Who did it.')
  get actor(): AuditActor {
    return new AuditActor(this.row);
  }

  @Column(
    () => String,
    'Name of the mutation, method and route such as `PUT /uploads`, command such as `key create`, `sign in` or `sign out`.',
  )
  declare readonly action: string;

  @Column(
    () => String,
    'Global id of what it was done to; of an upload and a detection in one, `upload:` and the first 16 hexadecimal digits ' +
      'of the SHA-256 of its id. Null if it is not known.',
    { nullable: true },
  )
  declare readonly target: string | null;

  @Column(() => AuditOutcomeEnum, 'What became of it.')
  declare readonly outcome: AuditOutcome;

  @Column(() => String, 'Why it was refused, such as FORBIDDEN. Null unless it was.', { nullable: true })
  declare readonly code: string | null;

  @Column(() => String, 'Id of the request, as in the log. Null for the command line.', { nullable: true })
  declare readonly requestId: string | null;

  @Property(
    () => GraphQLJSON,
    'What was changed, in names of fields, numbers and ids. Null if there is no more to say.',
    {
      nullable: true,
    },
  )
  get changes(): unknown {
    return this.row.changes === null ? null : JSON.parse(this.row.changes);
  }

  @Column(() => String, 'SHA-256 of the event and of the one before it.')
  declare readonly sha256: string;
}

export const AuditEventConnection = connectionOf(AuditEvent, 'AuditEvent', 'audit events');

@InputOf<RoomFilter>('Filter for audit events: all given fields must match; null is the same as omitting a field.')
export class AuditEventFilter {
  @Field(() => String, {
    nullable: true,
    description: 'Beginning of a key such as `dl_ID`, name of a key or a person, or address as in `actor.address`.',
  })
  actor?: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the mutation, route or command, or `sign in`.' })
  action?: string | null;

  @Field(() => AuditOutcomeEnum, { nullable: true, description: 'What became of it.' })
  outcome?: AuditOutcome | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Earliest time (UTC), inclusive.' })
  from?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Latest time (UTC), exclusive.' })
  to?: Date | null;
}

export const AuditEventListArgs = listArgsOf(AuditEventFilter, 'AuditEvent', 'audit events', AuditEventOrderFieldEnum);
export type AuditEventListArgs = InstanceType<typeof AuditEventListArgs>;
