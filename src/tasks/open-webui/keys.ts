import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import type { Secret, SecretText } from '../../secret/secret.ts';
import type { Container } from '../../system/docker/docker.ts';
import { envIn, secretIn } from '../../system/formats/env-file.ts';
import { lookAtEnvFile } from '../env-files.ts';
import { lookAtHermesEnvironment } from '../hermes-environment.ts';

/** What Open WebUI's env file is made from. */
export interface KeyFacts {
  readonly envFile: SecretText | undefined;
  /** WEBUI_SECRET_KEY as this machine has it. */
  readonly secretKey: Secret | undefined;
  /** API_SERVER_KEY as Hermes has it. */
  readonly apiKey: Secret | undefined;
  /** docker0's address on this machine; only looked up when a container must be created. */
  readonly bridge: string | undefined;
}

/** Looks at all of it but the bridge. */
export async function lookAtKeys(
  host: Host,
  container: Container | undefined,
  answers: Answers,
): Promise<Omit<KeyFacts, 'bridge'>> {
  const { openWebui } = layout(answers);
  const [envFile, hermesEnv] = await Promise.all([
    lookAtEnvFile(host, openWebui.envFile, 'docker'),
    lookAtHermesEnvironment(host, answers),
  ]);
  return {
    envFile,
    // An empty one in the file does not count: the container then has another one, or creates one.
    secretKey: secretIn({ ...container?.env, ...envIn(envFile, 'docker') }, 'WEBUI_SECRET_KEY'),
    apiKey: secretIn(hermesEnv.effective, 'API_SERVER_KEY'),
  };
}
