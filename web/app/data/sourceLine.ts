/** What a figure says of its data set. */
interface SourceDataset {
  readonly name: string;
  readonly slug: string;
  readonly version: number;
  readonly synthetic: boolean;
}

/** "Demo phantoms (demo@1, synthetic data), 31 lesions, stratum ALL.": the line below a figure that leaves the page. */
export function sourceLine({ name, slug, version, synthetic }: SourceDataset, ...details: readonly string[]): string {
  return `${[`${name} (${slug}@${version}${synthetic ? ', synthetic data' : ''})`, ...details].join(', ')}.`;
}
