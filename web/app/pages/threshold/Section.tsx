import type { ReactNode, RefObject } from 'react';
import { serverAddress } from '../../data/base';
import { csvOf } from '../../data/csv';
import { figureFiles } from '../../figures/exportSvg';
import { GetThis, type Source } from '../../parts/GetThis';
import { type EvaluationHead, lineOfSource } from '../accuracy/evaluations';

/** What every figure of the page is about. */
export interface PartProps {
  readonly evaluation: EvaluationHead;
  readonly iouThreshold: number;
  readonly stratum: string;
}

type Rows = readonly (readonly (string | number | null)[])[];

/** A figure with its title, its sentence and the files that can be made of it. */
export function Section({
  title,
  name,
  parts: { evaluation, iouThreshold, stratum },
  sources,
  figure,
  header,
  rows,
  children,
}: {
  title: string;
  /** of the files */
  name: string;
  parts: PartProps;
  sources: readonly Source[];
  figure: RefObject<SVGSVGElement | null>;
  header: readonly string[];
  rows: Rows;
  children: ReactNode;
}) {
  const source = {
    line: `${lineOfSource(evaluation, stratum)} Overlap ${iouThreshold}. ${serverAddress()}`,
    metadata: {
      address: window.location.href,
      evaluation: evaluation.id,
      protocolKey: evaluation.protocolKey,
      iouThreshold,
      stratum,
      citation: evaluation.run.dataset.citation,
    },
  };
  const csv = { label: 'CSV', fileName: `${name}.csv`, type: 'text/csv', make: () => csvOf(header, rows) };
  return (
    <section className="card stack" aria-label={title}>
      <div className="spread">
        <h2>{title}</h2>
        <GetThis sources={sources} downloads={[...figureFiles(figure, name, source), csv]} />
      </div>
      {children}
    </section>
  );
}
