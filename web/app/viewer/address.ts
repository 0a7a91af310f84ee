import { useEffect, useRef } from 'react';
import { type SetSearch, useAddress } from '../data/address';
import type { Search } from '../data/url';
import type { ViewerModel } from './model';
import { searchOfView, VIEW_PARAMETERS, type ViewerDefaults, viewOfSearch } from './viewSearch';

const REST_MS = 250;

/**
 * Keeps address and model together: what is shown is written when it has been at rest for a moment, without a step in
 * the browser's history, and another address is shown.
 */
export function useViewerAddress(model: ViewerModel, defaults: ViewerDefaults): void {
  const [search, setSearch] = useAddress();
  const current = useRef({ defaults, setSearch });
  current.current = { defaults, setSearch };
  const text = textOf(search);
  const written = useRef(text);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is what of the address matters here
  useEffect(() => {
    if (text === written.current) return;
    written.current = text;
    model.change(viewOfSearch(search, current.current.defaults));
  }, [text, model]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = model.subscribe(() => {
      clearTimeout(timer);
      timer = setTimeout(() => write(model, current.current, written), REST_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [model]);
}

const textOf = (search: Search): string => JSON.stringify(VIEW_PARAMETERS.map((name) => search[name] ?? null));

function write(
  model: ViewerModel,
  { defaults, setSearch }: { defaults: ViewerDefaults; setSearch: SetSearch },
  written: { current: string },
): void {
  const search = searchOfView(model.state, defaults);
  if (textOf(search) === written.current) return;
  written.current = textOf(search);
  setSearch(search, { replace: true });
}
