import { ObjectType } from 'type-graphql';
import type { Finding } from '../../doctor';
import { defineEnum } from '../core/enums';
import { declareList } from '../core/listBounds';
import { Property } from '../core/property';

const DOCTOR_STATUSES = ['OK', 'WARN', 'FAIL'] as const;
type DoctorStatus = (typeof DOCTOR_STATUSES)[number];
const STATUS_OF: Record<Finding['status'], DoctorStatus> = { ok: 'OK', warn: 'WARN', fail: 'FAIL' };

const DoctorStatusEnum = defineEnum('DoctorStatus', 'How a part of the server is.', DOCTOR_STATUSES, {
  OK: 'As it should be.',
  WARN: 'It works, and somebody should look at it.',
  FAIL: 'It does not work.',
});

declareList('Query.doctor', {
  most: 5_000,
  usual: 20,
  because: 'One per part, data set version, model and worker.',
});

@ObjectType({ description: 'What the doctor found of one part of the server.' })
export class DoctorFinding {
  constructor({ check, status, text, cure }: Finding) {
    this.area = check;
    this.status = STATUS_OF[status];
    this.title = text;
    this.cure = cure;
  }

  @Property(() => String, 'The part, such as `database` or `images of demo@1`.')
  readonly area: string;

  @Property(() => DoctorStatusEnum, 'How it is.')
  readonly status: DoctorStatus;

  @Property(() => String, 'A sentence about it.')
  readonly title: string;

  @Property(() => String, 'A sentence about what to do. Null if nothing is to be done.', { nullable: true })
  readonly cure: string | null;
}
