import { PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { answered } from './answered.ts';
import { hermesConnection, hostOf, type StoredWay } from './connection.ts';
import { correct } from './correct.ts';
import { type BridgeFacts, hostAddresses, NO_MODEL, rightUrl } from './facts.ts';
import { unreached } from './unreached.ts';

/** Pure. One cause is one finding: the first cut on the way. */
export function judgeBridge(facts: BridgeFacts, answers: Answers): readonly Finding[] {
  const { way } = facts;
  if (way === undefined) return [notTried(facts)];
  if (way.layout === 'unreadable' || way.layout === 'another-database') return [unreadable(way)];
  const connection = hermesConnection(way);
  if (connection?.probe === undefined) return [noConnection(facts, way, answers)];
  if (connection.probe.kind === 'answer') return answered(facts, way, connection, answers);
  return [unreached(facts, way, connection, answers)];
}

function notTried(facts: BridgeFacts): Finding {
  const running = facts.container?.status === 'running' && !facts.container.restarting;
  return {
    code: 'bridge-not-tried',
    severity: 'missing',
    saw: running
      ? `Inside the container nothing could be run: ${facts.wayFailure || 'no answer'}`
      : 'Once Open WebUI runs, the way to Hermes is tried from inside it, with the key that it really uses.',
    because: 'Only a try from inside the container proves that Open WebUI reaches Hermes.',
    fixes: [],
    watch: { everyMs: 3_000, forMs: 60_000 },
    ifSkipped: 'It is not known whether Open WebUI reaches Hermes.',
  };
}

function unreadable(way: StoredWay): Finding {
  return {
    code: 'bridge-settings-unreadable',
    severity: 'broken',
    saw:
      way.layout === 'another-database'
        ? 'Open WebUI keeps its settings in another database than SQLite.'
        : `Open WebUI's settings cannot be read: ${way.problem}`,
    because:
      'Its address and key for Hermes are in there. Look at Admin Panel → Settings → Connections by hand.',
    fixes: [],
    ifSkipped: 'It is not known whether Open WebUI reaches Hermes.',
  };
}

/** None of the connections goes to Hermes's port. One to this machine was meant to; otherwise another is added. */
function noConnection(facts: BridgeFacts, way: StoredWay, answers: Answers): Finding {
  const urls = way.connections.map(({ url }) => url).filter((url) => url !== '');
  const url = rightUrl(facts);
  const meant = way.connections.find((one) =>
    [...hostAddresses(facts), 'localhost', '127.0.0.1', 'host.docker.internal'].includes(hostOf(one.url)),
  );
  const asked = urls.length === 0 ? 'nobody' : urls.join(', ');
  if (meant !== undefined)
    return {
      code: 'bridge-other-port',
      severity: 'broken',
      saw: `Open WebUI has no connection to port ${PORTS.hermes}. It asks ${asked}.`,
      because: `Hermes listens on port ${PORTS.hermes}. 8080 is Open WebUI itself, 3000 is Paperclip.`,
      fixes: correct(
        facts,
        way,
        answers,
        { index: meant.index, url },
        `The connection to ${meant.url} becomes the one to Hermes.`,
      ),
      ifSkipped: NO_MODEL,
    };
  return {
    code: 'bridge-no-connection',
    severity: 'broken',
    saw: `Open WebUI has no connection to port ${PORTS.hermes}. It asks ${asked}.`,
    because:
      'After its first start the database counts and no longer the environment, so the connection has to be there.',
    fixes: correct(
      facts,
      way,
      answers,
      { index: urls.length, url },
      urls.length === 0 ? undefined : 'What it asks now stays; the connection to Hermes is put beside it.',
    ),
    ifSkipped: NO_MODEL,
  };
}
