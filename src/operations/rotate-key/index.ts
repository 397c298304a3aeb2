import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { envIn, secretIn } from '../../system/formats/env-file.ts';
import { lookAtContainer } from '../../tasks/containers.ts';
import { lookAtEnvFile } from '../../tasks/env-files.ts';
import { lookElsewhere } from '../../tasks/hermes-code/running-elsewhere.ts';
import { lookAtHermesConfig } from '../../tasks/hermes-config/look.ts';
import { isFromUnit, NO_UNIT_ENVIRONMENT } from '../../tasks/hermes-environment.ts';
import { lookAtCreationSpec } from '../../tasks/open-webui/creation-spec.ts';
import type { OttoOperation } from '../otto-operation.ts';
import { askKey } from './ask.ts';
import type { RotateChoice, RotateFacts } from './facts.ts';
import { refusesRotation } from './judge.ts';
import { planRotation } from './plan.ts';

/** A new key between Open WebUI and Hermes, on both sides. */
export const rotateKey: OttoOperation<RotateFacts, RotateChoice> = {
  id: 'rotate-key',
  command: 'rotate-key',
  title: 'Change the key between Open WebUI and Hermes',
  entry: 'Change the key …',
  help: 'a new API key between Open WebUI and Hermes, on both sides',
  flags: {
    how: { value: 'generated|typed', what: 'a generated key, or your own' },
  },
  secretFlags: { apiKey: 'your own key' },
  why:
    'Both sides get the new key while both are stopped, so they never use different keys. The old key ' +
    'works until then, and comes back on both sides if Otto does not answer with the new one.',
  look,
  refuses: refusesRotation,
  next: askKey,
  consequence: () => 'Nobody can chat for about 30 seconds; nobody is signed out.',
  plan: planRotation,
  verifies: ['hermes-config', 'hermes-service', 'open-webui', 'bridge', 'first-login'],
  summary: () => [
    'Both sides use the new key; nobody needs to know it. Hermes now refuses other programs that still use the old key.',
  ],
};

async function look(host: Host, answers: Answers): Promise<RotateFacts> {
  const place = layout(answers).openWebui;
  const [{ env, unitEnv = NO_UNIT_ENVIRONMENT }, container, envFile, elsewhere] = await Promise.all([
    lookAtHermesConfig(host, answers),
    lookAtContainer(host, place.container),
    lookAtEnvFile(host, place.envFile, 'docker'),
    lookElsewhere(host, answers),
  ]);
  return {
    env,
    elsewhere,
    setBy: isFromUnit('API_SERVER_KEY', { file: env?.text, unit: unitEnv })
      ? unitEnv.where.API_SERVER_KEY
      : undefined,
    key: secretIn(envIn(env?.text, 'dotenv'), 'API_SERVER_KEY'),
    container,
    creationSpec: container === undefined ? undefined : await lookAtCreationSpec(host, container),
    envFile,
    nowMs: host.now(),
  };
}
