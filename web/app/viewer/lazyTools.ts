import { lazy } from 'react';

const load = () => import('./tools');

/** The parts of a viewer that are not needed to see its first slice. */
export const CursorMarks = lazy(async () => ({ default: (await load()).CursorMarks }));
export const SliceBar = lazy(async () => ({ default: (await load()).SliceBar }));
export const StageInput = lazy(async () => ({ default: (await load()).StageInput }));
export const StatusLine = lazy(async () => ({ default: (await load()).StatusLine }));
export const Toolbar = lazy(async () => ({ default: (await load()).Toolbar }));
export const ViewerKeys = lazy(async () => ({ default: (await load()).ViewerKeys }));
