import type { ReactNode } from 'react';
import { formatNumber, titleOf } from '../../data/text';
import { clusterNameOf, personOf, typeOf } from './lesionTexts';
import type { Sort } from './state';
import type { ListedLesion } from './useLesionRows';

/** A column of the table. */
export interface Column {
  readonly title: string;
  /** the ascending order by it, and the descending one */
  readonly sorts?: readonly [Sort, Sort];
  readonly className?: string;
  readonly cell: (lesion: ListedLesion) => ReactNode;
}

/** All columns after those for the selection and the picture. */
export const COLUMNS: readonly Column[] = [
  { title: 'Row', sorts: ['row', '-row'], className: 'number hide-narrow col-4', cell: (one) => one.sourceRowIndex },
  { title: 'Type', sorts: ['type', '-type'], className: 'col-8', cell: typeOf },
  {
    title: 'Long, mm',
    sorts: ['size', '-size'],
    className: 'number col-6',
    cell: ({ longDiameterMm }) => formatNumber(longDiameterMm),
  },
  {
    title: 'Short, mm',
    sorts: ['short', '-short'],
    className: 'number col-6',
    cell: ({ shortDiameterMm }) => formatNumber(shortDiameterMm),
  },
  { title: 'Split', sorts: ['split', '-split'], className: 'hide-narrow col-6', cell: ({ split }) => titleOf(split) },
  { title: 'Patient', className: 'number hide-narrow col-5', cell: ({ patient }) => patient.patientIndex },
  { title: 'Sex and age', className: 'hide-narrow col-8', cell: personOf },
  {
    title: 'Position',
    className: 'number hide-narrow col-5',
    cell: ({ normalizedLocation }) => formatNumber(normalizedLocation?.z, 2),
  },
  {
    title: 'Pseudo-cluster',
    className: 'hide-narrow',
    cell: ({ pseudoCluster }) => (pseudoCluster ? <bdi>{clusterNameOf(pseudoCluster)}</bdi> : '–'),
  },
];
