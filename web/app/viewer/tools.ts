/** What hands do with a slice: it comes with the first viewer, while the pixels are on their way. */
export { CursorMarks } from './CursorMarks';
export { SliceBar } from './SliceBar';
export { StageInput } from './StageInput';
export { StatusLine } from './StatusLine';
export { Toolbar } from './Toolbar';
export { ViewerKeys } from './ViewerKeys';
