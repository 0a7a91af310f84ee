import { useState } from 'react';
import { saveFile } from '../../data/saveFile';
import { useAnswer } from '../../data/useAnswer';
import { CopyButton } from '../../parts/CopyButton';
import { Answered } from '../../parts/States';
import { SelectionCitationDocument, type SelectionCitationQueryVariables } from './keep.generated';

const FORMS = [
  { field: 'text', title: 'Text', ending: 'txt', type: 'text/plain' },
  { field: 'bibtex', title: 'BibTeX', ending: 'bib', type: 'application/x-bibtex' },
  { field: 'cslJson', title: 'CSL-JSON', ending: 'json', type: 'application/vnd.citationstyles.csl+json' },
  { field: 'ris', title: 'RIS', ending: 'ris', type: 'application/x-research-info-systems' },
] as const;

/** How a selection is cited, in the forms that word processors and LaTeX take. */
export function CitationTexts({
  name,
  cited,
}: {
  /** of the file */
  name: string;
  cited: SelectionCitationQueryVariables;
}) {
  const query = useAnswer(SelectionCitationDocument, cited, { keepPrevious: true });
  const [form, setForm] = useState<(typeof FORMS)[number]>(FORMS[0]);
  return (
    <section className="stack-tight get-this" aria-label="Citation">
      <h3>Citation {cited.cohort ? 'of the cohort' : cited.filter ? 'of this selection' : 'of the data set'}</h3>
      <Answered query={query} height="12rem">
        {({ citationOf }) => (
          <>
            <div className="tabs" role="tablist" aria-label="Form of the citation">
              {FORMS.map((one) => (
                <button
                  key={one.field}
                  type="button"
                  role="tab"
                  aria-selected={one.field === form.field}
                  onClick={() => setForm(one)}
                >
                  {one.title}
                </button>
              ))}
            </div>
            <section aria-label={`Citation as ${form.title}`}>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
              <pre tabIndex={0}>{citationOf[form.field]}</pre>
            </section>
            <div className="row">
              <CopyButton text={citationOf[form.field]} label="Copy" />
              <button
                type="button"
                onClick={() => saveFile(`${name}-citation.${form.ending}`, citationOf[form.field], form.type)}
              >
                Save as a file
              </button>
            </div>
          </>
        )}
      </Answered>
    </section>
  );
}
