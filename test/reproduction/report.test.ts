import { drawAccuracyFigure, verdict, writeReport } from '../../src/reproduction';
import { comparison, madeFindings } from './findings';

describe('the report', () => {
  it('tells the difference with its interval, and only what the interval allows', () => {
    expect(verdict(comparison('all', 0.02, 0.01))).toContain('+2.0 (+1.0 to +3.0) points, so multi-class is better');
    expect(verdict(comparison('all', -0.02, 0.01))).toContain('−2.0 (−3.0 to −1.0) points, so single-class is better');
    expect(verdict(comparison('all', 0.005, 0.01))).toContain('no difference is shown: the interval contains zero');
    expect(verdict(comparison('all', 0.02, 0.01))).toContain(
      'Of 19 IoU thresholds, multi-class is clearly better at 19',
    );
  });

  it('marks a quick run as one, and the paper as the paper', () => {
    const quick = writeReport(madeFindings(true));
    expect(quick).toContain('**A quick run.**');
    expect(quick).toContain('these are its values, not ours');
    expect(quick).toContain('| all lesions, IoU > 0.5 | 59.45 | 64.30 | +4.85 |');
    expect(writeReport(madeFindings(false))).not.toContain('quick run');
  });

  it('has a row for each stratum, threshold, iteration, cluster, training and stage', () => {
    const report = writeReport(madeFindings(false));
    expect(report).toContain('| all | 1,234 | 65.0 (62.0 to 68.0) | 67.0 (64.0 to 70.0) | +2.0 (+1.0 to +3.0) |');
    expect(report).toContain('| 1 (chosen) | 0.950 | 0.980 | 0.500 | 0.600 | 0.700 |');
    expect(report).toContain('| 1 | 1: mostly lung | 9 | 4 |');
    expect(report).toContain(
      '| multi-class | 1 | 97.2 (1200 of 1234) | 81.0 (1000 of 1234) | 90.0 | 71 | `aaaaaaaaaaaa` |',
    );
    expect(report).toContain('| train | 1 min 15 s |');
  });
});

describe('the figure', () => {
  const svg = drawAccuracyFigure(comparison('all', 0.02, 0.01), [comparison('1: a < b', 0.02, 0.01)]);

  it('is a picture of its own, with both arms and their bands in every panel', () => {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg.match(/<polygon/g)).toHaveLength(5);
    expect(svg.match(/<polyline/g)).toHaveLength(5);
    expect(svg).not.toMatch(/NaN|undefined|null/);
  });

  it('keeps names of clusters from being read as marks', () => {
    expect(svg).toContain('>1: a &lt; b<');
  });
});
