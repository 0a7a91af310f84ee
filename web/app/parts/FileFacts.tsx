import { useQuery } from '@tanstack/react-query';
import { readFileFacts } from '../data/fileFacts';
import { formatBytes } from '../data/text';
import { CopyButton } from './CopyButton';

/** Size, licence and checksum of a file, as far as the server tells them before it sends it. */
export function FileFacts({ path, licence }: { path: string; licence: string | undefined }) {
  const { data: facts } = useQuery({
    queryKey: ['file', path],
    queryFn: ({ signal }) => readFileFacts(path, signal),
    // Where nothing is known of a file, its link says the rest.
    retry: false,
    // It has a size once somebody has fetched it.
    staleTime: 0,
  });
  const said = [
    ...(facts ? [facts.bytes === null ? 'made on request' : formatBytes(facts.bytes)] : []),
    ...(licence ? [licence] : []),
  ].join(' · ');
  return (
    <>
      <span className="small muted">
        {said}
        {!licence && facts?.licence && (
          <>
            {said !== '' && ' · '}
            <a href={facts.licence} rel="license noreferrer">
              licence
            </a>
          </>
        )}
      </span>
      {facts?.sha256 && <CopyButton text={facts.sha256} label="Copy the SHA-256" />}
    </>
  );
}
