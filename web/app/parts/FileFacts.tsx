import { useQuery } from '@tanstack/react-query';
import { readFileFacts } from '../data/fileFacts';
import { formatBytes } from '../data/text';
import { CopyButton } from './CopyButton';

/** Size, licence and checksum of a file, as far as the server tells them before it sends it. */
export function FileFacts({
  path,
  hasLicence,
}: {
  path: string;
  /** whether it is said elsewhere */
  hasLicence: boolean;
}) {
  const { data: facts } = useQuery({
    queryKey: ['file', path],
    queryFn: ({ signal }) => readFileFacts(path, signal),
    // Where nothing is known of a file, its link says the rest.
    retry: false,
    // It has a size once somebody has fetched it.
    staleTime: 0,
  });
  if (!facts) return null;
  return (
    <>
      <span className="small muted">{facts.bytes === null ? 'made on request' : formatBytes(facts.bytes)}</span>
      {!hasLicence && facts.licence !== null && (
        <a className="small" href={facts.licence} rel="license noreferrer">
          Licence
        </a>
      )}
      {facts.sha256 !== null && <CopyButton text={facts.sha256} label="Copy the SHA-256" />}
    </>
  );
}
