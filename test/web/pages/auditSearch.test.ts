import { auditStateOf, auditVariables } from '../../../web/app/pages/audit/search';

describe('the address of the audit trail', () => {
  it('says which events, and counts the last day as a whole', () => {
    const state = auditStateOf({ actor: 'Ada', outcome: 'refused', from: '2026-11-01', to: '2026-11-02' });
    expect(auditVariables(state)).toEqual({
      filter: {
        ...{ actor: 'Ada', action: undefined, outcome: 'REFUSED' },
        ...{ from: '2026-11-01T00:00:00.000Z', to: '2026-11-03T00:00:00.000Z' },
      },
      ...{ first: 50, after: undefined },
    });
  });

  it('leaves out what it does not know, and turns pages backwards', () => {
    const state = auditStateOf({ outcome: 'maybe', from: '2026-13-40', to: 'yesterday', before: 'cursor' });
    expect(state).toMatchObject({ outcome: undefined, from: undefined, to: undefined });
    expect(auditVariables(state)).toMatchObject({ last: 50, before: 'cursor' });
  });
});
