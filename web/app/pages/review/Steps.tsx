import type { Actions } from './actions';

/** From box to box, and the last verdict back. */
export function Steps({ actions: { back, next, undo }, canUndo }: { actions: Actions; canUndo: boolean }) {
  return (
    <div className="row steps">
      <Step shortcut="⌫" label="Back" onPress={back} />
      <Step shortcut="u" label="Undo" onPress={undo} isOff={!canUndo} />
      <Step shortcut="↵" label="Next" onPress={next} />
    </div>
  );
}

function Step({
  shortcut,
  label,
  onPress,
  isOff = false,
}: {
  shortcut: string;
  label: string;
  onPress: () => void;
  isOff?: boolean;
}) {
  return (
    <button type="button" disabled={isOff} onClick={onPress}>
      {label} <kbd>{shortcut}</kbd>
    </button>
  );
}
