import { PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { found } from '../finding.ts';
import { answered } from './answered.ts';
import { hermesConnection, hostOf, type StoredWay } from './connection.ts';
import { correct } from './correct.ts';
import { type BridgeFacts, hostAddresses, rightUrl } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { silentOthers } from './silent-others.ts';
import { unreached } from './unreached.ts';

/** Pure. One cause is one finding: the first place where the connection is cut. */
export function judgeBridge(facts: BridgeFacts, answers: Answers): readonly Finding[] {
  const toHermes = judgeWay(facts, answers);
  return facts.way === undefined ? toHermes : [...toHermes, ...silentOthers(facts, facts.way, answers)];
}

function judgeWay(facts: BridgeFacts, answers: Answers): readonly Finding[] {
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
  return found(FINDINGS['bridge-not-tried'], {
    evidence: running
      ? `No command could be run inside the container: ${facts.wayFailure || 'no answer'}`
      : 'Once Open WebUI runs, the connection to Hermes is tested from inside it, with the key that it really uses.',
    watch: { everyMs: 3_000, forMs: 60_000 },
  });
}

function unreadable(way: StoredWay): Finding {
  return found(FINDINGS['bridge-settings-unreadable'], {
    evidence:
      way.layout === 'another-database'
        ? 'Open WebUI keeps its settings in a database other than SQLite.'
        : `Open WebUI's settings cannot be read: ${way.problem}`,
  });
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
    return found(FINDINGS['bridge-other-port'], {
      evidence: `Open WebUI has no connection to port ${PORTS.hermes}. It asks ${asked}.`,
      fixes: correct(
        facts,
        way,
        answers,
        { index: meant.index, url },
        `The connection to ${meant.url} is changed to the one to Hermes.`,
      ),
    });
  return found(FINDINGS['bridge-no-connection'], {
    evidence: `Open WebUI has no connection to port ${PORTS.hermes}. It asks ${asked}.`,
    fixes: correct(
      facts,
      way,
      answers,
      { index: urls.length, url },
      urls.length === 0 ? undefined : 'The connection to Hermes is added; the existing connections stay.',
    ),
  });
}
