import { Float, ObjectType } from 'type-graphql';
import type { Interval as IntervalRow } from '../../evaluation';
import { Column } from '../core/property';

@ObjectType({ description: 'A 95 % confidence interval, by a bootstrap over patients.' })
export class Interval {
  constructor(readonly row: IntervalRow) {}

  @Column(() => Float, 'Lower bound.')
  declare readonly low: number;

  @Column(() => Float, 'Upper bound.')
  declare readonly high: number;
}

export const intervalOf = (row: IntervalRow | null): Interval | null => row && new Interval(row);

/** The end of the description of an interval. */
export const OF_PATIENTS = 'Null for fewer than two patients.';
