import { beforeAll, describe, expect, test } from 'vitest';
import { keptAnswers } from '../../../src/answers/kept.ts';
import type { Answers } from '../../../src/answers/schema.ts';
import { rehearseWithOtto } from '../../../src/commands/rehearse.ts';
import { lookForOtto } from '../../../src/discovery/look.ts';
import type { Host } from '../../../src/host/host.ts';
import { operations } from '../../../src/operations/index.ts';
import type { Rehearsal } from '../../../src/rehearsal/index.ts';
import { holdsSecret, registerSecret, Secret } from '../../../src/secret/secret.ts';
import { lookAtStatus } from '../../../src/status/look.ts';
import { tasks } from '../../../src/tasks/index.ts';
import { KNOWN } from '../../hostile-droplet.ts';
import { answersWith } from '../../tasks/answers.ts';

/** Where in some facts a secret that is known stands as a plain string, or as a part of one. */
function* leaks(value: unknown, at: string, seen = new Set<unknown>()): Generator<string> {
  if (typeof value === 'string') {
    if (holdsSecret(value)) yield at;
    return;
  }
  if (typeof value !== 'object' || value === null || value instanceof Secret || seen.has(value)) return;
  seen.add(value);
  const entries: readonly (readonly [unknown, unknown])[] =
    value instanceof Map
      ? [...value]
      : value instanceof Set
        ? [...value].map((one, index) => [index, one])
        : Object.entries(value);
  for (const [name, one] of entries) {
    if (holdsSecret(String(name))) yield `${at}, a name`;
    yield* leaks(one, `${at}.${String(name).slice(0, 40)}`, seen);
  }
}

/** Everything that is looked at on the machine. A look that fails says why, and that may hold none either. */
async function looks(host: Host, answers: Answers): Promise<Readonly<Record<string, unknown>>> {
  const attempt = (look: Promise<unknown>) => look.catch((error: unknown) => `failed: ${String(error)}`);
  const all: Record<string, unknown> = {};
  for (const task of tasks) all[task.id] = await attempt(task.look(host, answers));
  for (const operation of operations)
    all[`operation ${operation.id}`] = await attempt(operation.look(host, answers));
  all.discovery = await attempt(lookForOtto(host));
  return all;
}

const found = (facts: Readonly<Record<string, unknown>>) => [...leaks(facts, 'facts')];

/** A droplet with an Otto whose keys are all known, as they are once somebody has asked for a log. */
async function droplet(): Promise<Rehearsal & { readonly answers: Answers }> {
  const rehearsal = await rehearseWithOtto('healthy', KNOWN, Number.POSITIVE_INFINITY);
  return { ...rehearsal, answers: answersWith({ ...(await keptAnswers(rehearsal.host)), ...KNOWN }) };
}

const HERMES = '/home/cleo/.hermes';
/** Keys of whoever had this machine before. Each stands in one place, or in several. */
const KEYS = Object.fromEntries(
  [
    'hermes',
    'old',
    'commented',
    'open',
    'session',
    'database',
    'unit',
    'dropIn',
    'model',
    'git',
    'label',
  ].map((name) => [name, `q7-${name}-secret-9f8e7d6c5b`]),
);

/** Settings as people write them: quoted, twice, in comments, in addresses, under names that say nothing. */
const HOSTILE: Readonly<Record<string, (droplet: Rehearsal) => unknown>> = {
  'Hermes’s .env': ({ machine: { files } }) =>
    files.put(
      `${HERMES}/.env`,
      `\uFEFF# API_SERVER_KEY=${KEYS.commented}\r\nAPI_SERVER_KEY=${KEYS.old}\nexport API_SERVER_KEY="${KEYS.hermes}" # ours\nSOME_TOKEN='${KEYS.open}\nWELCOME=say ${KEYS.hermes}\nDATABASE_URL=postgres://otto:${KEYS.database}@db/otto\nAPI_SERVER_MODEL_NAME=${KEYS.model}\n`,
    ),
  'config.yaml': ({ machine: { files } }) =>
    files.put(
      `${HERMES}/config.yaml`,
      `${files.read(`${HERMES}/config.yaml`) ?? ''}\nplatforms:\n  api_server:\n    extra:\n      key: "${KEYS.hermes}"\nproviders:\n  - api_key: ${KEYS.old}\n    note: ${KEYS.model}\n`,
    ),
  'config.yaml that is none': ({ machine: { files } }) =>
    files.put(`${HERMES}/config.yaml`, `model: {\napi_key: ${KEYS.old}\n`),
  'Open WebUI’s env file': ({ machine: { files } }) =>
    files.put(
      '/opt/cleo/open-webui.env',
      `OPENAI_API_KEYS=${KEYS.old};${KEYS.hermes}\nWEBUI_SECRET_KEY=${KEYS.session}\nWEBUI_BANNER=${KEYS.session}\nDATABASE_URL=postgresql://a:${KEYS.database}@db\n#OPENAI_API_KEY=${KEYS.commented}\n`,
    ),
  'Paperclip’s env file': ({ machine: { files } }) =>
    files.put('/opt/cleo/paperclip.env', `BETTER_AUTH_SECRET=${KEYS.session}\nNOTE=${KEYS.session}\n`),
  'the environment of containers': ({ machine: { containers } }) => {
    for (const [name, container] of containers)
      containers.set(name, {
        ...container,
        env: {
          ...container.env,
          WEBUI_SECRET_KEY: String(KEYS.session),
          GREETING: `x ${KEYS.session}`,
          DATABASE_URL: `postgres://a:${KEYS.database}@db/x`,
        },
        labels: { ...container.labels, note: String(KEYS.label) },
      });
  },
  'units and drop-ins': ({ host, machine: { files } }) => {
    const unit = '/etc/systemd/system/hermes-gateway.service';
    files.put(
      unit,
      (files.read(unit) ?? '').replace('[Service]', `[Service]\nEnvironment=API_SERVER_KEY=${KEYS.unit}`),
    );
    files.put(
      '/etc/systemd/system/hermes-gateway.service.d/x.conf',
      `[Service]\nEnvironment="ANTHROPIC_API_KEY=${KEYS.dropIn}" "B=${KEYS.hermes}"\n`,
    );
    return host.exec(['systemctl', 'daemon-reload']);
  },
  'git’s remote': ({ machine: { files } }) =>
    files.put(
      `${HERMES}/hermes-agent/.git/config`,
      `[remote "origin"]\n\turl = https://x:${KEYS.git}@github.com/Nucleotto/hermes-agent.git\n`,
    ),
  'the settings of gh': ({ machine: { files } }) =>
    files.put('/home/cleo/.config/gh/hosts.yml', `github.com:\n  oauth_token: ${KEYS.git}\n  user: [\n`),
  'the sign-in to Claude': ({ machine: { files } }) =>
    files.put(
      '/home/cleo/.claude/.credentials.json',
      `{"claudeAiOauth":{"accessToken":"${KEYS.open}","refreshToken":"${KEYS.old}","scopes":["${KEYS.open}"]}`,
    ),
  'Docker’s settings that are good': ({ machine: { files } }) =>
    files.put('/etc/docker/daemon.json', `{"proxies":{"https-proxy":"http://u:${KEYS.git}@proxy:3128"}}`),
  'Docker’s settings': ({ machine: { files } }) =>
    files.put('/etc/docker/daemon.json', `{"proxies":{"https-proxy":"http://u:${KEYS.git}@proxy:3128"}, }`),
};

describe('no secret is a plain string among facts', () => {
  let healthy: Awaited<ReturnType<typeof droplet>>;
  beforeAll(async () => {
    healthy = await droplet();
  });

  test('of a healthy Otto', async () => {
    const facts = await looks(healthy.host, healthy.answers);
    expect(Object.keys(facts).length).toBeGreaterThan(25);
    expect(found(facts)).toEqual([]);
    const status = await lookAtStatus(healthy.host, healthy.answers).catch(String);
    expect(found({ status })).toEqual([]);
  });

  test.each(Object.keys(HOSTILE))('with hostile settings: %s', async (name) => {
    for (const key of Object.values(KEYS)) registerSecret(key);
    const spoiled = await droplet();
    await HOSTILE[name]?.(spoiled);
    expect(found(await looks(spoiled.host, spoiled.answers))).toEqual([]);
  });

  test('and it would be found', () => {
    const [key] = Object.values(KEYS);
    registerSecret(String(key));
    expect(found({ a: [{ b: new Map([['c', `x${key}`]]) }], d: new Secret(String(key)) })).toEqual([
      'facts.a.0.b.c',
    ]);
  });
});
