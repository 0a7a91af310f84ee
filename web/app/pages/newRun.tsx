import { useAnswer } from '../data/useAnswer';
import { PageHead, SyntheticBanner } from '../parts/PageHead';
import { Answered, Empty } from '../parts/States';
import { ImageFields } from './newRun/ImageFields';
import { RunChoicesDocument, type RunChoicesQuery } from './newRun/newRun.generated';
import { SettingFields } from './newRun/SettingFields';
import { Start } from './newRun/Start';
import { inputOf, type NewRunState } from './newRun/search';
import { useNewRunState } from './newRun/state';
import { WhatFields } from './newRun/WhatFields';
import './newRun/newRun.css';
import { useState } from 'react';

/** A form for a run: the detector, the images by their facets, and how many they are before it starts. */
export function NewRun() {
  const [state, change] = useNewRunState();
  const query = useAnswer(RunChoicesDocument, {}, { staleMs: 0 });
  return (
    <>
      <PageHead title="New run" lead="A detector over images of a data set. A run is evaluated when it ends." />
      <Answered query={query} height="40rem">
        {(choices) => <Form choices={choices} state={state} change={change} />}
      </Answered>
    </>
  );
}

/** What the address leaves open: the newest data set, the first detector that is ready. */
function chosenOf({ datasets, detectors }: RunChoicesQuery, state: NewRunState) {
  const dataset = datasets.nodes.find(({ slug, version }) =>
    [slug, `${slug}@${version}`].includes(state.dataset ?? slug),
  );
  const at = state.detector?.lastIndexOf('@') ?? -1;
  const [name, version] =
    at > 0 ? [state.detector?.slice(0, at), state.detector?.slice(at + 1)] : [state.detector, undefined];
  const detector = detectors.nodes.find((one) =>
    name === undefined ? one.ready : one.name === name && (version === undefined || one.version === version),
  );
  return { dataset, detector };
}

function Form({
  choices,
  state,
  change,
}: {
  choices: RunChoicesQuery;
  state: NewRunState;
  change: (changes: Partial<NewRunState>) => void;
}) {
  const [webhookUrl, setWebhookUrl] = useState('');
  const { dataset, detector } = chosenOf(choices, state);
  if (choices.datasets.nodes.length === 0) return <Empty>No data set has been imported.</Empty>;
  if (choices.detectors.nodes.length === 0) return <Empty>No detector is registered.</Empty>;
  const reference = state.dataset ?? dataset?.slug;
  return (
    <>
      <SyntheticBanner shown={dataset?.synthetic ?? false} />
      <div className="new-run">
        <div className="stack new-run-fields">
          <WhatFields
            choices={choices}
            dataset={reference}
            detector={detector}
            lesions={state.lesions}
            change={change}
          />
          <ImageFields dataset={reference} state={state} change={change} />
          <SettingFields
            detector={detector}
            state={state}
            change={change}
            webhookUrl={webhookUrl}
            onWebhookUrl={setWebhookUrl}
          />
        </div>
        {reference !== undefined && detector !== undefined ? (
          <Start
            key={reference}
            dataset={reference}
            state={state}
            detector={detector}
            input={inputOf(state, reference, detector, webhookUrl)}
          />
        ) : (
          <Empty>Choose a data set and a detector that is ready.</Empty>
        )}
      </div>
    </>
  );
}
