import { GraphQLDateTime } from 'graphql-scalars';
import { Int, ObjectType } from 'type-graphql';
import { WEBHOOK_STATES, type WebhookRow } from '../../runs';
import { defineEnum } from '../core/enums';
import { Column, Property } from '../core/property';

const WebhookStateEnum = defineEnum('JobWebhookState', 'Delivery state of a completion webhook.', WEBHOOK_STATES, {
  WAITING: 'The job has not ended.',
  DUE: 'The job has ended; delivery is about to be queued.',
  QUEUED: 'Delivery is in progress or waits for a retry.',
  DELIVERED: 'The receiver responded with a 2xx status.',
  FAILED: 'Delivery failed after the last attempt; `lastError` gives the reason.',
});

@ObjectType('JobWebhook', { description: 'Delivery state of the completion webhook.' })
export class JobWebhookType {
  constructor(
    readonly row: WebhookRow,
    /** whether the client of this request is the one that requested the job */
    private readonly ofOwner: boolean,
  ) {}

  @Property(
    () => String,
    'The address of the receiver. Null unless the job is your own: an address may contain a secret.',
    { nullable: true },
  )
  get url(): string | null {
    return this.ofOwner ? this.row.url : null;
  }

  @Column(() => WebhookStateEnum, 'Current status.')
  declare readonly state: WebhookRow['state'];

  @Column(() => Int, 'Number of delivery attempts.')
  declare readonly attempts: number;

  @Column(() => Int, 'HTTP status of the last response; null if there was none.', { nullable: true })
  declare readonly lastStatus: number | null;

  @Column(() => String, 'The reason why the last attempt failed.', { nullable: true })
  declare readonly lastError: string | null;

  @Column(() => GraphQLDateTime, 'Time of the last attempt (UTC); null if there was none.', { nullable: true })
  declare readonly lastAttemptAt: Date | null;
}
