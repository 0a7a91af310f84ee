import { lazy, Suspense, useState } from 'react';
import { below, serverAddress } from '../data/base';
import { saveFile } from '../data/saveFile';
import { fetchSignedIn, useSignedIn } from '../data/signedIn';
import { CopyButton } from './CopyButton';
import { Problem } from './States';

/** A file that the server has below `/exports`. */
export interface ServerFile {
  readonly label: string;
  /** such as `/exports/demo@1/lesions.csv` */
  readonly path: string;
  /** of its data, if the page knows it */
  readonly licence?: string;
}

/** It comes when a list of files is opened. */
const FileFacts = lazy(() => import('./FileFacts').then(({ FileFacts: facts }) => ({ default: facts })));

/** Files with their addresses, which stay the same: a notebook or a paper can name them. */
export function ServerFiles({ files }: { files: readonly ServerFile[] }) {
  const licences = [...new Set(files.flatMap(({ licence }) => licence || []))];
  return (
    <section className="stack-tight get-this">
      <h3>Files of the server, by addresses that stay</h3>
      {licences.length > 0 && (
        <p className="small muted">
          Licence: <bdi>{licences.join('; ')}</bdi>
        </p>
      )}
      {files.map((file) => (
        <FileRow key={file.path} file={file} />
      ))}
    </section>
  );
}

function FileRow({ file: { label, path, licence } }: { file: ServerFile }) {
  return (
    <div className="spread">
      <FileLink label={label} path={path} />
      <div className="row">
        <Suspense fallback={null}>
          <FileFacts path={path} hasLicence={licence !== undefined} />
        </Suspense>
        <CopyButton text={serverAddress() + path} label="Copy the address" />
      </div>
    </div>
  );
}

/** A link sends no key, so with one the page fetches the file itself. */
function FileLink({ label, path }: ServerFile) {
  const { key } = useSignedIn();
  const [problem, setProblem] = useState<Error | null>(null);
  if (key === null)
    return (
      <a href={below(path)} download>
        {label}
      </a>
    );
  const fetchFile = async (): Promise<void> => {
    try {
      const response = await fetchSignedIn(below(path));
      if (!response.ok) throw new Error(`The server answered with status ${response.status}.`);
      const [, name = label] = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
      setProblem(null);
      saveFile(name, await response.blob(), response.headers.get('content-type') ?? '');
    } catch (failure) {
      setProblem(failure instanceof Error ? failure : new Error(String(failure)));
    }
  };
  return (
    <span>
      <button type="button" onClick={() => void fetchFile()}>
        {label}
      </button>
      {problem && <Problem error={problem} />}
    </span>
  );
}
