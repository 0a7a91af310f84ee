import { ratePerMinute } from '../../../web/app/pages/review/rate';
import {
  type Action,
  afterAction,
  isFull,
  MAX_UNSENT,
  newSession,
  type Session,
} from '../../../web/app/pages/review/session';

interface Box {
  readonly id: string;
}
const boxes = (...ids: string[]): Box[] => ids.map((id) => ({ id }));
const FIVE = boxes('a', 'b', 'c', 'd', 'e');

let keys = 0;
const by = (now = 0) => ({ reviewer: 'Dr A', now, key: `key ${++keys}` });
const give = (verdict: 'LESION' | 'NOT_A_LESION' | 'UNSURE', remark = '', now = 0): Action<Box> => ({
  type: 'GIVE',
  verdict,
  remark,
  by: by(now),
});
const undo = (): Action<Box> => ({ type: 'UNDO', by: by() });

function play(...actions: Action<Box>[]): Session<Box> {
  return actions.reduce(afterAction<Box>, { ...newSession<Box>(), items: FIVE });
}

/** Whatever waits reaches the server. */
function saved(session: Session<Box>): Session<Box> {
  return session.outbox.reduce(
    (now, { key }) => afterAction(afterAction(now, { type: 'SENDING', key }), { type: 'SAVED', key }),
    session,
  );
}

const shown = ({ items, position }: Session<Box>): string | undefined => items[position]?.id;
const told = ({ outbox }: Session<Box>): string[] => outbox.map((one) => `${one.detectionId} ${one.verdict}`);

describe('a sitting at the queue', () => {
  it('goes to the next box by itself when a verdict is given, and shows the verdict before the server knows it', () => {
    const session = play(give('LESION', 'clear'));
    expect(shown(session)).toBe('b');
    expect(session.given.get('a')).toEqual({ verdict: 'LESION', remark: 'clear' });
    expect(told(session)).toEqual(['a LESION']);
  });

  it('passes over boxes that already have a verdict of this sitting', () => {
    const session = play({ type: 'NEXT' }, give('LESION'), { type: 'BACK' }, { type: 'BACK' }, give('UNSURE'));
    expect(shown(session)).toBe('c');
  });

  it('skips without a verdict, and stops at both ends', () => {
    expect(shown(play({ type: 'NEXT' }, { type: 'NEXT' }))).toBe('c');
    expect(play({ type: 'BACK' }).position).toBe(0);
    expect(play(...Array<Action<Box>>(9).fill({ type: 'NEXT' })).position).toBe(FIVE.length);
  });

  it('shows a box again that is reached by going back, with its verdict, and changes it by another one', () => {
    const session = saved(play(give('LESION')));
    const changed = afterAction(afterAction(session, { type: 'BACK' }), give('NOT_A_LESION'));
    expect(changed.given.get('a')?.verdict).toBe('NOT_A_LESION');
    expect(told(changed)).toEqual(['a NOT_A_LESION']);
  });

  it('takes no more than three verdicts that the server does not know', () => {
    const session = play(give('LESION'), give('LESION'), give('LESION'), give('LESION'));
    expect(session.outbox).toHaveLength(MAX_UNSENT);
    expect(isFull(session)).toBe(true);
    expect(shown(session)).toBe('d');
    expect(isFull(saved(session))).toBe(false);
  });

  it('keeps a message that failed in its place, under its key', () => {
    const session = play(give('LESION'), give('UNSURE'));
    const [first] = session.outbox;
    const key = first?.key ?? '';
    const failure = new Error('The server does not answer.');
    const failed = afterAction(afterAction(session, { type: 'SENDING', key }), { type: 'FAILED', key, failure });
    expect(failed.outbox[0]).toMatchObject({ key, failure, isSent: false });
    expect(told(failed)).toEqual(['a LESION', 'b UNSURE']);
  });

  it('adds the next page of the queue after what is loaded, once', () => {
    const session = afterAction(play(), { type: 'LOADED', items: boxes('e', 'f') });
    expect(session.items.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(afterAction(session, { type: 'LOADED', items: boxes('f') })).toBe(session);
  });

  it('ends after the last box, and goes on when another page has come', () => {
    const last = saved(saved(play(...FIVE.slice(2).map(() => give('UNSURE')))));
    const end = [give('UNSURE'), give('UNSURE')].reduce(afterAction<Box>, last);
    expect(end.position).toBe(FIVE.length);
    expect(shown(afterAction(end, { type: 'LOADED', items: boxes('f') }))).toBe('f');
  });
});

describe('undo', () => {
  it('never tells the server of a verdict that has not been sent', () => {
    const session = play(give('LESION'), undo());
    expect(session.outbox).toEqual([]);
    expect(session.given.size).toBe(0);
    expect(shown(session)).toBe('a');
  });

  it('withdraws a verdict that the server has', () => {
    const session = afterAction(saved(play(give('LESION'))), undo());
    expect(told(session)).toEqual(['a WITHDRAWN']);
    expect(shown(session)).toBe('a');
  });

  it('withdraws a verdict that is on its way, because it may have arrived', () => {
    const sending = play(give('LESION'));
    const [{ key } = { key: '' }] = sending.outbox;
    const session = afterAction(afterAction(sending, { type: 'SENDING', key }), undo());
    expect(told(session)).toEqual(['a LESION', 'a WITHDRAWN']);
  });

  it('restores the verdict before, where one was changed', () => {
    const first = saved(play(give('LESION', 'at first')));
    const changed = saved(afterAction(afterAction(first, { type: 'BACK' }), give('UNSURE')));
    const session = afterAction(changed, undo());
    expect(session.given.get('a')).toEqual({ verdict: 'LESION', remark: 'at first' });
    expect(session.outbox).toMatchObject([{ detectionId: 'a', verdict: 'LESION', remark: 'at first' }]);
    expect(told(afterAction(saved(session), undo()))).toEqual(['a WITHDRAWN']);
  });

  it('goes back one verdict after the other, and does nothing when there is none', () => {
    const session = saved(play(give('LESION'), give('UNSURE')));
    const back = [undo(), undo()].reduce(afterAction<Box>, session);
    expect(shown(back)).toBe('a');
    expect(told(back)).toEqual(['b WITHDRAWN', 'a WITHDRAWN']);
    const nothing = play();
    expect(afterAction(nothing, undo())).toBe(nothing);
  });

  it('waits if three messages are on their way', () => {
    const full = play(give('LESION'), give('LESION'), give('LESION'));
    const sent = full.outbox.reduce((now, { key }) => afterAction(now, { type: 'SENDING', key }), full);
    expect(afterAction(sent, undo())).toBe(sent);
  });
});

describe('a verdict that the server refuses for good', () => {
  it('is given up, with what the reviewer saw of it', () => {
    const session = play(give('LESION'), give('UNSURE'));
    const [{ key } = { key: '' }] = session.outbox;
    const dropped = afterAction(session, { type: 'DROP', key });
    expect(dropped.given.has('a')).toBe(false);
    expect(told(dropped)).toEqual(['b UNSURE']);
    expect(dropped.log.map(({ id }) => id)).toEqual(['b']);
  });
});

describe('the rate', () => {
  it('is of the last five minutes, or since the first verdict', () => {
    expect(ratePerMinute([0, 15_000, 30_000, 45_000], 60_000)).toBeCloseTo(4);
    const old = Array.from({ length: 100 }, (_, index) => index * 1000);
    expect(ratePerMinute([...old, 1_000_000, 1_030_000, 1_060_000], 1_090_000)).toBeCloseTo(2);
  });

  it('is not known from less than three verdicts', () => {
    expect(ratePerMinute([], 1000)).toBeNull();
    expect(ratePerMinute([0, 10], 1000)).toBeNull();
    expect(ratePerMinute([5, 5, 5], 5)).toBeNull();
  });
});
