import { createHash } from 'node:crypto';
import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { pythonInside } from '../../system/docker/docker.ts';
import { secretIn, textIn } from '../../system/formats/env-file.ts';
import { LIST_LISTENERS, parseListeners } from '../../system/network/sockets.ts';
import { readConnection } from '../../system/web-apps/open-webui-programs.ts';
import { askDocker, lookAtBridge, lookAtContainer } from '../containers.ts';
import { lookAtEnvFile } from '../env-files.ts';
import { lookAtHermesEnvironment } from '../hermes-environment.ts';
import { lookAtCreationSpec } from '../open-webui/creation-spec.ts';
import type { OttoTask } from '../otto-task.ts';
import { parseStoredWay } from './connection.ts';
import type { BridgeFacts } from './facts.ts';
import type { Finding } from './findings.ts';
import { judgeBridge } from './judge.ts';

/** How long the container waits for Hermes; a firewall that drops takes all of it. */
const PROBE_SECONDS = 3;

/** Step 8, the proof: from inside the container, with the address and the key that Open WebUI's database really uses. */
export const bridgeTask: OttoTask<BridgeFacts, Finding> = {
  id: 'bridge',
  title: 'Way to Hermes',
  step: 'Step 8',
  why:
    'A test on this machine proves nothing: it passes neither through the firewall nor through the settings that  ' +
    'Open WebUI copied into its database at its first start. So the connection is tested from inside the container.',
  needs: ['open-webui', 'hermes-service', 'firewall'],
  lookTimeoutMs: 60_000,
  look,
  judge: judgeBridge,
};

async function look(host: Host, answers: Answers): Promise<BridgeFacts> {
  const { openWebui, hermes } = layout(answers);
  const script = readConnection(hermes.port, PROBE_SECONDS);
  const [container, bridge, listeners, hermesEnv, envFile, way] = await Promise.all([
    lookAtContainer(host, openWebui.container),
    lookAtBridge(host),
    host.exec(LIST_LISTENERS),
    lookAtHermesEnvironment(host, answers),
    lookAtEnvFile(host, openWebui.envFile, 'docker'),
    askDocker(host, pythonInside(openWebui.container), { input: script, timeoutMs: 45_000 }),
  ]);
  const stored = parseStoredWay(way.stdout);
  const creationSpec =
    container === undefined || stored === undefined || stored.persistent
      ? undefined
      : await lookAtCreationSpec(host, container);
  const env = hermesEnv.effective;
  const key = secretIn(env, 'API_SERVER_KEY');
  return {
    container,
    bridge,
    hermesAddresses: parseListeners(listeners.stdout)
      .filter(({ port }) => port === hermes.port)
      .map(({ address }) => address),
    hermesKey: key,
    keyPrint: key === undefined ? '' : createHash('sha256').update(key.reveal()).digest('hex').slice(0, 16),
    hermesModel: textIn(env, 'API_SERVER_MODEL_NAME') ?? '',
    envFile,
    creationSpec,
    way: stored,
    // What the container's runtime complains of, `docker exec` prints on stdout.
    wayFailure: way.exitCode === 0 ? '' : ((way.stderr.trim() || way.stdout.trim()).split('\n').at(-1) ?? ''),
  };
}
