/** How much of a job is done, and how much of that failed: two bars in one, of one height on all pages. */
export function ProgressBar({
  progress: { completed, failed, total },
  label,
}: {
  progress: { completed: number; failed: number; total: number };
  /** what progresses, for a screen reader */
  label: string;
}) {
  const percent = (count: number): string => `${total > 0 ? (100 * count) / total : 0}%`;
  return (
    <div
      className="progress-bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={completed + failed}
    >
      <span className="done" style={{ inlineSize: percent(completed) }} />
      <span className="failed" style={{ inlineSize: percent(failed) }} />
    </div>
  );
}
