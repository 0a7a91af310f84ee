import { useAddress } from '../data/address';
import { csvOf } from '../data/csv';
import { plural } from '../data/text';
import { useAnswer } from '../data/useAnswer';
import { useViewerQuery } from '../data/viewer';
import { GetThis } from '../parts/GetThis';
import { PageHead } from '../parts/PageHead';
import { Pager } from '../parts/Pager';
import { Answered, Empty, NotAllowed } from '../parts/States';
import { AuditTrailDocument, type AuditTrailQuery } from './audit/audit.generated';
import { EventTable, type ListedEvent, whoOf } from './audit/EventTable';
import { Filters } from './audit/Filters';
import { auditStateOf, auditVariables } from './audit/search';
import './audit/audit.css';

const LEAD =
  'Who did what on this server, the newest first. Events are only added, and each holds the checksum of the one before.';

/** `/audit`: the audit trail, for those who give out keys. */
export function Audit() {
  const query = useViewerQuery();
  return (
    <Answered query={query} height="30rem">
      {({ viewer }) =>
        viewer.scopes.includes('keys') ? (
          <Trail />
        ) : (
          <>
            <PageHead title="Audit trail" lead={LEAD} />
            <NotAllowed scope="keys">
              The trail is for those who give out keys. Anyone who can open the database reads all of it:{' '}
              <code>npx deeplesion audit export --out audit.ndjson</code>.
            </NotAllowed>
          </>
        )
      }
    </Answered>
  );
}

function Trail() {
  const [search, setSearch] = useAddress();
  const state = auditStateOf(search);
  const variables = auditVariables(state);
  const query = useAnswer(AuditTrailDocument, variables, { staleMs: 0, keepPrevious: true });
  const events = query.data?.data.auditEvents.nodes ?? [];
  return (
    <>
      <PageHead
        title="Audit trail"
        lead={LEAD}
        actions={
          <GetThis
            sources={[{ title: 'These events', document: AuditTrailDocument, variables }]}
            downloads={[
              {
                label: 'These events as CSV',
                fileName: 'audit.csv',
                type: 'text/csv',
                make: () => csvOf(CSV_HEADER, events.map(csvRowOf)),
              },
            ]}
            texts={[
              { title: 'All events with their checksums', text: 'npx deeplesion audit export --out audit.ndjson' },
              { title: 'Whether any was changed or removed', text: 'npx deeplesion audit verify' },
            ]}
          />
        }
      />
      <div className="stack">
        <Filters
          state={state}
          actions={[...new Set(events.map(({ action }) => action))].sort()}
          setSearch={setSearch}
        />
        <Answered query={query} height="30rem">
          {({ auditEvents }) => <Found list={auditEvents} setSearch={setSearch} />}
        </Answered>
      </div>
    </>
  );
}

function Found({
  list,
  setSearch,
}: {
  list: AuditTrailQuery['auditEvents'];
  setSearch: ReturnType<typeof useAddress>[1];
}) {
  if (list.nodes.length === 0) return <Empty>No event is as asked for.</Empty>;
  return (
    <>
      <p className="muted">{plural(list.totalCount, 'event')}</p>
      <EventTable events={list.nodes} />
      <Pager pageInfo={list.pageInfo} onTurn={(after, before) => setSearch({ after, before })} />
    </>
  );
}

const CSV_HEADER = ['number', 'at', 'actor', 'key', 'action', 'target', 'outcome', 'code', 'request_id', 'changes'];

function csvRowOf(event: ListedEvent): (string | number | null)[] {
  const { number, at, actor, action, target, outcome, code, requestId, changes } = event;
  const details = changes === null ? null : JSON.stringify(changes);
  return [number, at, whoOf(actor), actor.prefix, action, target, outcome, code, requestId, details];
}
