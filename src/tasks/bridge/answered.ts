import { layout, PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { systemctl } from '../../system/services/systemd.ts';
import { type Connection, hostOf, namesShown, type StoredWay } from './connection.ts';
import { correct } from './correct.ts';
import { type BridgeFacts, hostAddresses, NO_MODEL, rightUrl } from './facts.ts';

const common = { severity: 'broken', ifSkipped: NO_MODEL } as const;

/** Something answers: is it Hermes, does it know the key, and do people see its model? */
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
    return {
      ...common,
      code: 'bridge-key-not-read',
      saw: `From inside the container ${url} answers ${status}: Open WebUI sends the key of Hermes's .env, and Hermes runs with another one.`,
      because:
        'Hermes reads .env when it starts. A key that was changed there since then holds only after a restart.',
      // Open WebUI is refused, so no answer is cut off.
      fixes: [restartHermes(answers)],
    };
  return {
    ...common,
    code: 'bridge-key-wrong',
    saw: `From inside the container ${url} answers ${status}: ${keyPrint === '' ? `there is no key in ${where}` : `the key in ${where} is not the one in Hermes's .env`}.`,
    because:
      'Open WebUI copied its key into its database at its first start. Since then only the one in the database counts: a new key in the environment changes nothing. (Releases before 0.10 take the environment’s until somebody saves the settings.)',
    fixes: correct(facts, way, answers, connection),
  };
}

const restartHermes = (answers: Answers) => ({
  id: 'restart-hermes',
  title: 'Restart Hermes',
  actions: [systemctl('Restart Hermes', ['restart', layout(answers).hermes.unitName], 240_000)],
});

function notAList(facts: BridgeFacts, way: StoredWay, connection: Connection, answers: Answers): Finding {
  const { url, probe } = connection;
  const status = probe?.kind === 'answer' ? probe.status : 0;
  const saw = `From inside the container ${url.replace(/\/+$/, '')}/models answers ${status}${status === 200 ? ', but not with a list of models' : ''}.`;
  const atHost = hostAddresses(facts).includes(hostOf(url)) || hostOf(url) === 'host.docker.internal';
  if (atHost && pathOf(url) !== '/v1')
    return {
      ...common,
      code: 'bridge-v1-missing',
      saw,
      because: `The address of the connection has to end in /v1. Without it Open WebUI's own test says that all is well, and no model appears. Here it is ${rightUrl(facts)}.`,
      fixes: correct(facts, way, answers, { index: connection.index, url: withV1(url) }),
    };
  return {
    ...common,
    code: 'bridge-not-hermes',
    saw,
    because: atHost
      ? `What answers on port ${PORTS.hermes} is not Hermes, or Hermes is not well: \`journalctl -u ${layout(answers).hermes.unitName} -n 30\`.`
      : `Another program answers there: that address does not lead to this machine. Hermes is at ${rightUrl(facts)}.`,
    fixes: atHost ? [] : correct(facts, way, answers, { index: connection.index, url: rightUrl(facts) }),
  };
}

const pathOf = (url: string): string => (URL.canParse(url) ? new URL(url).pathname.replace(/\/+$/, '') : '');

function withV1(url: string): string {
  const right = new URL(url);
  right.pathname = '/v1';
  return right.href;
}

function switchedOff(facts: BridgeFacts, way: StoredWay, connection: Connection, answers: Answers): Finding {
  return {
    ...common,
    code: 'bridge-connection-off',
    saw: way.enabled
      ? `The way to Hermes is open, but the connection to ${connection.url} is switched off in Open WebUI.`
      : 'The way to Hermes is open, but connections of this kind are switched off in Open WebUI.',
    because:
      'Somebody switched it off in Admin Panel → Settings → Connections, either all of the OpenAI API or this one.',
    fixes: correct(facts, way, answers, connection, 'Somebody may have switched it off on purpose.'),
  };
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
      {
        ...common,
        code: 'bridge-model-renamed',
        saw: `Hermes has the model ${modelName}; Open WebUI shows ${shown.join(', ')} of it.`,
        because:
          'In the settings of the connection (Admin Panel → Settings → Connections, the gear) a list of model names replaces what Hermes lists, and a prefix is put before each name. Chats and settings that name the model as it was do not find it.',
        fixes: correct(
          facts,
          way,
          answers,
          { index: connection.index, url: connection.url, plainNames: true },
          `Chats that were begun with ${shown.join(', ')} have to be switched to ${modelName} by hand.`,
        ),
      },
    ];
  if (!models.includes(modelName) && facts.hermesModel === modelName)
    return [
      {
        ...common,
        code: 'bridge-model-not-read',
        saw: `Hermes's .env names the model ${modelName}; what runs lists ${models.join(', ') || 'none'}.`,
        because:
          'Hermes reads API_SERVER_MODEL_NAME when it starts. A name that was changed in .env since then holds only after a restart.',
        fixes: [{ ...restartHermes(answers), consequence: 'Answers that it is writing now are cut off.' }],
      },
    ];
  return [];
}
