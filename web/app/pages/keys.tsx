import { useState } from 'react';
import { useAddress } from '../data/address';
import { plural } from '../data/text';
import { useAnswer } from '../data/useAnswer';
import { useViewerQuery, type Viewer } from '../data/viewer';
import { PageHead } from '../parts/PageHead';
import { Pager } from '../parts/Pager';
import { Answered, Empty, NotAllowed } from '../parts/States';
import { KeyTable } from './keys/KeyTable';
import { KeysDocument, type KeysQueryVariables } from './keys/keys.generated';
import { type MadeKey, MadeKeyCard } from './keys/MadeKeyCard';
import { NewKey } from './keys/NewKey';
import { OwnQuotas } from './keys/Quotas';
import './keys/keys.css';

const PAGE_SIZE = 50;

/** `/keys`: the keys of the API that the caller may see, and how they are made, replaced and revoked. */
export function Keys() {
  const query = useViewerQuery();
  return (
    <Answered query={query} height="30rem">
      {({ viewer }) =>
        viewer.scopes.includes('keys') ? (
          <OwnKeys viewer={viewer} />
        ) : (
          <>
            <PageHead title="Keys" lead={LEAD} />
            <div className="stack">
              <NotAllowed scope="keys">
                {viewer.key ? 'Your key is not for making and revoking keys.' : 'Keys are made and revoked with a key.'}{' '}
                The operator of this server makes the first one with{' '}
                <code>npx deeplesion key create --name NAME --role operator</code>.
              </NotAllowed>
              <OwnQuotas />
            </div>
          </>
        )
      }
    </Answered>
  );
}

const LEAD = 'Each person or program has a key of its own: it says what they may do, and signs what they do.';

function OwnKeys({ viewer }: { viewer: Viewer }) {
  const [search, setSearch] = useAddress();
  const [made, setMade] = useState<MadeKey | null>(null);
  const withInactive = search.all === '1';
  const query = useAnswer(KeysDocument, variablesOf(withInactive, search.after, search.before), {
    staleMs: 0,
    keepPrevious: true,
  });
  return (
    <>
      <PageHead title="Keys" lead={LEAD} actions={<NewKey viewer={viewer} onMade={setMade} />} />
      <div className="stack">
        {made && <MadeKeyCard made={made} onDone={() => setMade(null)} />}
        <OwnQuotas />
        <Answered query={query} height="20rem">
          {({ apiKeys }) => (
            <>
              <div className="spread">
                <p className="muted">
                  {plural(apiKeys.totalCount, withInactive ? 'key' : 'valid key')}
                  {!viewer.scopes.includes('operate') && ': your own, and those that you made'}
                </p>
                <label className="row">
                  <input
                    type="checkbox"
                    checked={withInactive}
                    onChange={({ target }) =>
                      setSearch({ all: target.checked ? '1' : undefined, after: undefined, before: undefined })
                    }
                  />
                  Also revoked and expired keys
                </label>
              </div>
              {apiKeys.nodes.length === 0 ? (
                <Empty>
                  {withInactive ? 'There are no keys yet.' : 'No key is valid now.'} Make one with “New key”.
                </Empty>
              ) : (
                <KeyTable keys={apiKeys.nodes} ownId={viewer.key?.id} onMade={setMade} />
              )}
              <Pager pageInfo={apiKeys.pageInfo} onTurn={(after, before) => setSearch({ after, before })} />
            </>
          )}
        </Answered>
      </div>
    </>
  );
}

function variablesOf(withInactive: boolean, after: string | undefined, before: string | undefined): KeysQueryVariables {
  const filter = withInactive ? undefined : { active: true };
  return before === undefined ? { filter, first: PAGE_SIZE, after } : { filter, last: PAGE_SIZE, before };
}
