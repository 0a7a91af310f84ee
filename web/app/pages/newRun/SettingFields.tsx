import { useState } from 'react';
import { formatNumber } from '../../data/text';
import { NumberField } from '../../parts/NumberField';
import { type NewRunState, PRIORITIES } from './search';
import { thresholdsOf } from './thresholds';
import type { DetectorChoice } from './WhatFields';

const PRIORITY_LABELS: Record<(typeof PRIORITIES)[number], string> = {
  auto: 'by the number of images',
  interactive: 'interactive: someone waits for it',
  normal: 'normal',
  background: 'background: after all others',
};

/** How the detector works, and what is evaluated. An empty field means the default, which stands in it. */
export function SettingFields({
  detector,
  state,
  change,
  webhookUrl,
  onWebhookUrl,
}: {
  detector: DetectorChoice | undefined;
  state: NewRunState;
  change: (changes: Partial<NewRunState>) => void;
  webhookUrl: string;
  onWebhookUrl: (url: string) => void;
}) {
  const defaults = detector?.defaults ?? undefined;
  return (
    <section className="card stack" aria-label="Settings">
      <h2>Settings</h2>
      <div className="field-grid">
        <NumberField
          label="Lowest score of a detection"
          value={state.scoreThreshold}
          min={0}
          max={1}
          placeholder={defaults && formatNumber(defaults.scoreThreshold, 3).replace(/0+$/, '')}
          onChange={(scoreThreshold) => change({ scoreThreshold })}
        />
        <NumberField
          label="Most detections per image"
          value={state.maxDetections}
          min={1}
          max={1000}
          step={1}
          placeholder={defaults && String(defaults.maxDetectionsPerImage)}
          onChange={(maxDetections) => change({ maxDetections })}
        />
        <NumberField
          label="k of the top-k detections, besides 1 and 5"
          value={state.topK}
          min={1}
          max={1000}
          step={1}
          placeholder="5"
          onChange={(topK) => change({ topK })}
        />
        <ThresholdsField state={state} change={change} />
        <label className="stack-tight">
          Priority
          <select
            value={state.priority}
            onChange={({ target }) => change({ priority: PRIORITIES.find((one) => one === target.value) ?? 'auto' })}
          >
            {PRIORITIES.map((priority) => (
              <option key={priority} value={priority}>
                {PRIORITY_LABELS[priority]}
              </option>
            ))}
          </select>
        </label>
        <label className="stack-tight">
          Send a message when it ends
          <input
            type="url"
            value={webhookUrl}
            placeholder="https://…"
            autoComplete="off"
            onChange={({ target }) => onWebhookUrl(target.value.trim())}
          />
        </label>
      </div>
    </section>
  );
}

function ThresholdsField({ state, change }: { state: NewRunState; change: (changes: Partial<NewRunState>) => void }) {
  const [text, setText] = useState(state.iouThresholds.join(', '));
  return (
    <label className="stack-tight">
      IoU thresholds, besides 0.05 to 0.95
      <input
        type="text"
        inputMode="decimal"
        value={text}
        placeholder="none"
        onChange={({ target }) => {
          setText(target.value);
          change({ iouThresholds: thresholdsOf(target.value) });
        }}
      />
    </label>
  );
}
