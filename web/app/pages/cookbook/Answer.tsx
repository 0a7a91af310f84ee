import { useMutation } from '@tanstack/react-query';
import type { Answer as GraphAnswer } from '../../data/graph';
import { ask } from '../../data/graph';
import { saveFile } from '../../data/saveFile';
import { formatBytes, formatNumber } from '../../data/text';
import { CopyButton } from '../../parts/CopyButton';
import { Problem, Problems } from '../../parts/States';
import type { Recipe } from './recipes';

/** A longer text makes the page slow, and no one reads it here. */
const MAX_SHOWN = 100_000;

/** One run of a recipe: its answer and what it took. */
interface Tried {
  readonly answer: GraphAnswer<unknown>;
  readonly text: string;
  readonly milliseconds: number;
}

async function tryOut({ document, variables }: Recipe): Promise<Tried> {
  const start = performance.now();
  const answer = await ask(document, variables);
  const milliseconds = performance.now() - start;
  return { answer, milliseconds, text: JSON.stringify(answer.data, null, 2) };
}

/** Runs a recipe on this server, and owns its answer. `run` starts it. */
export function useTrial(recipe: Recipe) {
  const { mutate, ...trial } = useMutation({ mutationFn: () => tryOut(recipe) });
  return { ...trial, run: () => mutate() };
}

/** The answer of this server, with what it took. */
export function Answer({ trial, fileName }: { trial: ReturnType<typeof useTrial>; fileName: string }) {
  const { data, error, isPending, run } = trial;
  if (isPending) return <p role="status">Waiting for the answer …</p>;
  if (error) return <Problem error={error} onRetry={run} />;
  if (!data) return null;
  const { answer, text, milliseconds } = data;
  const isLong = text.length > MAX_SHOWN;
  return (
    <section className="stack-tight" aria-label="Answer">
      <div className="spread">
        <h3>Answer</h3>
        <p className="muted small" role="status">
          {formatBytes(text.length)} in {formatNumber(milliseconds, 0)} ms
        </p>
      </div>
      <Problems problems={answer.problems} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <pre className="answer" tabIndex={0}>
        {isLong ? text.slice(0, MAX_SHOWN) : text}
      </pre>
      {isLong && <p className="muted small">The first {formatBytes(MAX_SHOWN)} are shown; the file has all of it.</p>}
      <div className="row">
        <CopyButton text={text} label="Copy the answer" />
        <button type="button" onClick={() => saveFile(fileName, text, 'application/json')}>
          Keep it as JSON
        </button>
      </div>
    </section>
  );
}
