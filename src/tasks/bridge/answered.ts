import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { foundAs, stops } from '../../engine/contracts/effect.ts';
import { reveal } from '../../secret/secret.ts';
import { systemctl } from '../../system/services/systemd.ts';
import { found } from '../finding.ts';
import { type Connection, hostOf, namesShown, type StoredWay } from './connection.ts';
import { correct } from './correct.ts';
import { type BridgeFacts, hostAddresses, rightUrl } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Something answers: is it Hermes, does it accept the key, and do people see its model? */
export function answered(
  facts: BridgeFacts,
  way: StoredWay,
  connection: Connection,
  answers: Answers,
): readonly Finding[] {
  const { probe } = connection;
  if (probe?.kind !== 'answer') return [];
  if (probe.status === 401 || probe.status === 403) return [keyWrong(facts, way, connection, answers)];
  if (probe.status !== 200 || probe.models === undefined) return [notAList(facts, way, connection, answers)];
  if (!way.enabled || !connection.enabled) return [switchedOff(facts, way, connection, answers)];
  return modelMissing(facts, way, connection, probe.models, answers);
}

function keyWrong(facts: BridgeFacts, way: StoredWay, connection: Connection, answers: Answers): Finding {
  const { url, keyPrint, keyFrom } = connection;
  const where = keyFrom === 'database' ? 'its database' : 'its environment';
  const status = connection.probe?.kind === 'answer' ? connection.probe.status : '';
  if (keyPrint !== '' && keyPrint === facts.keyPrint)
    return found(FINDINGS['bridge-key-not-read'], {
      evidence: `From inside the container ${url} answers ${status}: Open WebUI sends the key from Hermes's .env, but Hermes runs with another one.`,
      // Open WebUI is refused, so no answer is cut off.
      fixes: [restartHermes(answers)],
    });
  return found(FINDINGS['bridge-key-wrong'], {
    evidence: `From inside the container ${url} answers ${status}: ${keyPrint === '' ? `${where} has no key` : `the key in ${where} is not the one in Hermes's .env`}.`,
    fixes: correct(facts, way, answers, connection),
  });
}

const restartHermes = (answers: Answers) => ({
  id: 'restart-hermes',
  title: 'Restart Hermes',
  actions: [
    systemctl('Restart Hermes', ['restart', layout(answers).hermes.unitName], {
      timeoutMs: 240_000,
      effects: stops('Hermes', foundAs('Hermes')),
    }),
  ],
});

function notAList(facts: BridgeFacts, way: StoredWay, connection: Connection, answers: Answers): Finding {
  const { url, probe } = connection;
  const status = probe?.kind === 'answer' ? probe.status : 0;
  const evidence = `From inside the container ${url.replace(/\/+$/, '')}/models answers ${status}${status === 200 ? ', but not with a list of models' : ''}.`;
  const atHost = hostAddresses(facts).includes(hostOf(url)) || hostOf(url) === 'host.docker.internal';
  if (atHost && pathOf(url) !== '/v1')
    return found(FINDINGS['bridge-v1-missing'], {
      evidence,
      values: { right: rightUrl(facts) },
      fixes: correct(facts, way, answers, { index: connection.index, url: withV1(url) }),
    });
  return found(FINDINGS['bridge-not-hermes'], {
    evidence,
    values: { atHost, unitName: layout(answers).hermes.unitName, right: rightUrl(facts) },
    fixes: atHost ? [] : correct(facts, way, answers, { index: connection.index, url: rightUrl(facts) }),
  });
}

const pathOf = (url: string): string => (URL.canParse(url) ? new URL(url).pathname.replace(/\/+$/, '') : '');

function withV1(url: string): string {
  const right = new URL(url);
  right.pathname = '/v1';
  return right.href;
}

function switchedOff(facts: BridgeFacts, way: StoredWay, connection: Connection, answers: Answers): Finding {
  return found(FINDINGS['bridge-connection-off'], {
    evidence: way.enabled
      ? `Open WebUI can reach Hermes, but the connection to ${connection.url} is switched off in Open WebUI.`
      : 'Open WebUI can reach Hermes, but connections of this kind are switched off in Open WebUI.',
    fixes: correct(
      facts,
      way,
      answers,
      connection,
      'Open WebUI uses the connection again. Somebody may have switched it off on purpose.',
    ),
  });
}

/** Hermes lists its models, and Otto's is not among those that people see. */
function modelMissing(
  facts: BridgeFacts,
  way: StoredWay,
  connection: Connection,
  models: readonly string[],
  answers: Answers,
): readonly Finding[] {
  const { modelName } = answers;
  const shown = namesShown(connection);
  if (models.includes(modelName) && !shown.includes(modelName))
    return [
      found(FINDINGS['bridge-model-renamed'], {
        evidence: `Hermes has the model ${modelName}; Open WebUI shows it as ${shown.join(', ')}.`,
        fixes: correct(
          facts,
          way,
          answers,
          { index: connection.index, url: connection.url, plainNames: true },
          `Chats that were started with ${shown.join(', ')} must be switched to ${modelName} by hand.`,
        ),
      }),
    ];
  if (!models.includes(modelName) && reveal(facts.hermesModel) === modelName)
    return [
      found(FINDINGS['bridge-model-not-read'], {
        evidence: `Hermes's .env names the model ${modelName}; the running Hermes lists ${models.join(', ') || 'none'}.`,
        fixes: [{ ...restartHermes(answers), consequence: 'Answers that are being written are cut off.' }],
      }),
    ];
  return [];
}
