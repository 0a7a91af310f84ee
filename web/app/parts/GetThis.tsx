import { type ReactNode, useState } from 'react';
import { below } from '../data/base';
import type { AnyDocument } from '../data/graph';
import { saveFile } from '../data/saveFile';
import { useSignedIn } from '../data/signedIn';
import { KEY_VARIABLE, snippetsOf } from '../data/snippets';
import { CopyButton } from './CopyButton';
import { Dialog } from './Popup';
import { type ServerFile, ServerFiles } from './ServerFiles';
import { Problem } from './States';

/** A file that the page can make of what it shows. */
export interface Download {
  readonly label: string;
  readonly fileName: string;
  readonly type: string;
  /** called when it is asked for */
  readonly make: () => BlobPart | Promise<BlobPart>;
}

/** One request behind a page. */
export interface Source {
  readonly title: string;
  readonly document: AnyDocument;
  readonly variables: unknown;
}

/**
 * "Get this": files of what is shown, and the requests behind it in GraphQL, curl, Python and R. Every table and figure
 * has one.
 */
export function GetThis({
  sources,
  downloads = [],
  files = [],
  texts = [],
  children,
}: {
  sources: readonly Source[];
  downloads?: readonly Download[];
  /** what the server has of it at an address */
  files?: readonly ServerFile[];
  /** other texts to copy, e.g. an iframe */
  texts?: readonly { title: string; text: string }[];
  /** other ways to keep it, beside the files; they get what closes the dialog */
  children?: (close: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<Error | null>(null);
  const show = (): void => {
    setProblem(null);
    setOpen(true);
  };
  const save = async ({ fileName, type, make }: Download): Promise<void> => {
    try {
      setProblem(null);
      saveFile(fileName, await make(), type);
    } catch (failure) {
      setProblem(failure instanceof Error ? failure : new Error(String(failure)));
    }
  };
  return (
    <>
      <button type="button" onClick={show}>
        Get this
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Get this">
        {downloads.length > 0 && (
          <div className="row">
            {downloads.map((download) => (
              <button key={download.label} type="button" onClick={() => void save(download)}>
                {download.label}
              </button>
            ))}
          </div>
        )}
        {problem && <Problem error={problem} />}
        {files.length > 0 && <ServerFiles files={files} />}
        {children?.(() => setOpen(false))}
        {texts.map(({ title, text }) => (
          <section key={title} className="stack-tight get-this">
            <h3>{title}</h3>
            <pre>{text}</pre>
            <div>
              <CopyButton text={text} label="Copy" />
            </div>
          </section>
        ))}
        {sources.map((source) => (
          <Snippets key={source.title} source={source} />
        ))}
      </Dialog>
    </>
  );
}

/** One request in the languages that people work in. */
export function Snippets({ source: { title, document, variables } }: { source: Source }) {
  const hasKey = useSignedIn().key !== null;
  const snippets = snippetsOf(document, variables, hasKey);
  const [language, setLanguage] = useState(snippets[0]?.language);
  const shown = snippets.find((snippet) => snippet.language === language);
  return (
    <section className="stack-tight get-this">
      <div className="spread">
        <h3>{title}</h3>
        <a href={graphiqlAddress(document.text, variables)}>Open in GraphiQL</a>
      </div>
      <div className="tabs" role="tablist" aria-label={`Language of ${title}`}>
        {snippets.map((snippet) => (
          <button
            key={snippet.language}
            type="button"
            role="tab"
            aria-selected={snippet.language === language}
            onClick={() => setLanguage(snippet.language)}
          >
            {snippet.language}
          </button>
        ))}
      </div>
      {/* A text that scrolls can be reached by keyboard. */}
      <section aria-label={`${title} in ${language}`}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
        <pre tabIndex={0}>{shown?.text}</pre>
      </section>
      {hasKey && <KeyNote />}
      <div>
        <CopyButton text={shown?.text ?? ''} label="Copy" />
      </div>
    </section>
  );
}

/** The key itself stands in no text that is passed on. */
function KeyNote() {
  return (
    <p className="small muted">
      You are signed in: outside of this page, the request needs your key, in the variable <code>{KEY_VARIABLE}</code>{' '}
      of the environment.
    </p>
  );
}

/** The query page takes document and variables from the part of the address that is not sent to a server. */
function graphiqlAddress(query: string, variables: unknown): string {
  return `${below('/graphql')}#${new URLSearchParams({ query, variables: JSON.stringify(variables, null, 2) })}`;
}
