import { formatBytes, formatCount, plural } from '../../data/text';
import type { OperationsQuery } from './operations.generated';

/** What this machine can compute on, what the server uses of its disk, its versions and its limits. */
export function Hardware({
  info,
  storage,
}: {
  info: OperationsQuery['serverInfo'];
  storage: OperationsQuery['storage'];
}) {
  const { machineExecutionProviders, executionProviders, version, codeVersion, nodeVersion, limits, uploadLimits } =
    info;
  return (
    <div className="fact-cards">
      <section className="card stack" aria-label="Devices of this machine">
        <h2>Devices of this machine</h2>
        <dl className="facts">
          {machineExecutionProviders.map(({ id, available, reason }) => (
            <div key={id} style={{ display: 'contents' }}>
              <dt>{id}</dt>
              <dd>
                <span className={`badge ${available ? 'good' : ''}`}>{available ? 'available' : 'not available'}</span>{' '}
                {reason}
              </dd>
            </div>
          ))}
          <dt>Chosen</dt>
          <dd>{executionProviders.join(', ')}</dd>
        </dl>
      </section>
      <section className="card stack" aria-label="Space">
        <h2>Space</h2>
        <dl className="facts">
          {storage.databaseBytes !== null && (
            <>
              <dt>Database</dt>
              <dd>{formatBytes(storage.databaseBytes)}</dd>
            </>
          )}
          <dt>Uploads</dt>
          <dd>
            {plural(storage.uploadCount, 'upload')}, {formatBytes(storage.uploadBytes)} of{' '}
            {formatBytes(storage.uploadBytesLimit)}; each is deleted after {formatCount(uploadLimits.hoursKept)} h
          </dd>
          <dt>Largest upload</dt>
          <dd>{formatBytes(uploadLimits.maxBytes)}</dd>
        </dl>
      </section>
      <section className="card stack" aria-label="Version and limits">
        <h2>Version and limits</h2>
        <dl className="facts">
          <dt>Server</dt>
          <dd>
            {version}
            {codeVersion !== version && `, code ${codeVersion}`}
          </dd>
          <dt>Node</dt>
          <dd>{nodeVersion}</dd>
          <dt>Items on a page</dt>
          <dd>{formatCount(limits.maxPageSize)} at most</dd>
          <dt>Fields of a query</dt>
          <dd>
            {formatCount(limits.complexity)} at most, {limits.depth} levels deep
          </dd>
        </dl>
      </section>
    </div>
  );
}
