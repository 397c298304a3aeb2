import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { Secret } from '../../secret/secret.ts';
import type { Container } from '../../system/docker/docker.ts';
import { parseDockerEnvFile } from '../../system/docker/docker-env-file.ts';
import { dotenvValue, parseDotenv } from '../../system/formats/dotenv.ts';

/** What Open WebUI's env file is made from. */
export interface KeyFacts {
  readonly envFile: string | undefined;
  /** WEBUI_SECRET_KEY as this machine has it. */
  readonly secretKey: Secret | undefined;
  /** API_SERVER_KEY as Hermes has it. */
  readonly apiKey: Secret | undefined;
  /** docker0's address on this machine; only looked at where a container has to be made. */
  readonly bridge: string | undefined;
}

/** Looks at all of it but the bridge. */
export async function lookAtKeys(
  host: Host,
  container: Container | undefined,
  answers: Answers,
): Promise<Omit<KeyFacts, 'bridge'>> {
  const { openWebui, hermes } = layout(answers);
  const [envFile, hermesEnv] = await Promise.all([
    host.readFile(openWebui.envFile),
    host.readFile(hermes.envFile),
  ]);
  return {
    envFile,
    secretKey: secretOf(
      (envFile && parseDockerEnvFile(envFile).WEBUI_SECRET_KEY) ?? container?.env.WEBUI_SECRET_KEY,
    ),
    apiKey: secretOf(dotenvValue(parseDotenv(hermesEnv ?? ''), 'API_SERVER_KEY')),
  };
}

function secretOf(value: string | undefined): Secret | undefined {
  return value === undefined || value === '' ? undefined : new Secret(value);
}
