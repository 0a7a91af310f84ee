import { usePageKeys } from '../parts/KeySheet';
import { type KeyContext, viewerKeys } from './keymap';

/** The keys of a viewer, for as long as it is there. */
export function ViewerKeys({ context }: { context: KeyContext }) {
  usePageKeys(viewerKeys(context));
  return null;
}
