import type { Action } from '../../engine/contracts/action.ts';
import { command, writeFile } from '../../engine/contracts/command.ts';
import { notOurs, stops } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import type { Host } from '../../host/host.ts';
import { reveal, type SecretText } from '../../secret/secret.ts';
import { daemonSettings } from '../../system/docker/daemon-settings.ts';
import {
  bridgeOf,
  DOCKER_CONFIGURATION,
  parseSettings,
  refusedSettings,
  repairSettings,
  withoutSettings,
} from '../../system/docker/docker-configuration.ts';
import { hideInYaml } from '../../system/formats/yaml-file.ts';
import { systemctl } from '../../system/services/systemd.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { startDocker } from './starting-docker.ts';

/** What the daemon's settings say. */
export interface DockerSettings {
  /** The file; undefined when there is none, which is usual. */
  readonly text: SecretText | undefined;
  /** The newest readable copy that somebody kept beside it. */
  readonly copy: { readonly path: string; readonly text: SecretText } | undefined;
  /** The address that the settings give to docker0; undefined when that is for Docker to choose. */
  readonly bridge: string | undefined;
  /** Where copies of the settings let Docker keep everything, and the settings themselves do not. */
  readonly formerRoots?: readonly string[];
}

const FOLDER = '/etc/docker';

/** Looks at the settings; `daemon`: the arguments of the daemon that runs. */
export async function lookAtSettings(host: Host, daemon: string): Promise<DockerSettings> {
  const text = await host.readFile(DOCKER_CONFIGURATION);
  const settings = settingsIn(text);
  const effective = daemonSettings(daemon, text === undefined ? undefined : reveal(text));
  return {
    formerRoots: await formerRoots(host, effective),
    text: text === undefined ? undefined : hideInYaml(text),
    copy: settings === undefined ? await findCopy(host) : undefined,
    bridge: settings === undefined ? undefined : expectedBridge(effective),
  };
}

/** What the file says; undefined when it is no JSON object. */
function settingsIn(text: SecretText | undefined): Readonly<Record<string, unknown>> | undefined {
  const clear = text === undefined ? '' : reveal(text);
  return clear.trim() === '' ? {} : parseSettings(clear);
}

async function formerRoots(
  host: Host,
  settings: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  const names = ((await host.list(FOLDER)) ?? []).filter((name) => /^\.?daemon\.json.+/.test(name));
  const copies = await Promise.all(
    names.map((name) => host.readFile(`${FOLDER}/${name}`).catch(() => undefined)),
  );
  return copies.flatMap((copy) => {
    const root = copy === undefined ? undefined : parseSettings(copy)?.['data-root'];
    return typeof root === 'string' && root.startsWith('/') && root !== settings['data-root'] ? [root] : [];
  });
}

async function findCopy(host: Host): Promise<DockerSettings['copy']> {
  const names = ((await host.list(FOLDER)) ?? []).filter((name) => /^\.?daemon\.json.+/.test(name));
  const copies = await Promise.all(
    names.map(async (name) => {
      const path = `${FOLDER}/${name}`;
      const [text, stat] = await Promise.all([host.readFile(path).catch(() => undefined), host.stat(path)]);
      const good = text !== undefined && parseSettings(text) !== undefined;
      return good ? [{ path, text: hideInYaml(text), modifiedMs: stat?.modifiedMs ?? 0 }] : [];
    }),
  );
  return copies.flat().toSorted((a, b) => b.modifiedMs - a.modifiedMs)[0];
}

/**
 * What the settings say. Without any, Docker keeps the address that its bridge has: it is in Docker's own records, and
 * comes back even after docker0 was deleted (tried with 20.10), so no other one is to be expected.
 */
function expectedBridge(settings: Readonly<Record<string, unknown>>): string | undefined {
  return typeof settings.bridge === 'string' && settings.bridge !== 'docker0'
    ? undefined
    : bridgeOf(settings);
}

/** Settings with which the daemon does not start. `journal` is what it wrote, `saw` how it is. */
export function judgeSettings(
  { text, copy }: DockerSettings,
  journal: string,
  evidence: string,
): Finding | undefined {
  if (text === undefined) return undefined;
  const settings = settingsIn(text);
  const refused = settings === undefined ? [] : refusedSettings(journal).filter((key) => key in settings);
  if (settings !== undefined && refused.length === 0) return undefined;
  return found(FINDINGS['docker-configuration-invalid'], {
    evidence: refused.length > 0 ? `${evidence} It refuses: ${refused.join(', ')}.` : evidence,
    fixes: repairs(reveal(text), settings, refused, copy),
  });
}

function repairs(
  text: string,
  settings: ReturnType<typeof settingsIn>,
  refused: readonly string[],
  copy: DockerSettings['copy'],
): readonly Fix[] {
  const kept = 'The old file is kept.';
  const repaired = settings === undefined ? repairSettings(text) : undefined;
  return [
    ...(repaired === undefined
      ? []
      : [
          {
            id: 'correct-file',
            title: `Fix ${DOCKER_CONFIGURATION} and start Docker`,
            consequence: `Only what is not valid JSON changes, as shown. ${kept}`,
            actions: [writeSettings(hideInYaml(repaired)), ...startDocker()],
          },
        ]),
    ...(settings === undefined
      ? []
      : [
          {
            id: 'remove-settings',
            title: `Remove ${refused.join(', ')} from ${DOCKER_CONFIGURATION} and start Docker`,
            consequence: `That setting is no longer in the file; the others stay. ${kept}`,
            actions: [writeSettings(hideInYaml(withoutSettings(settings, refused))), ...startDocker()],
          },
        ]),
    ...(copy === undefined
      ? []
      : [
          {
            id: 'use-copy',
            title: `Use the copy ${copy.path} and start Docker`,
            consequence: `Changes made since that copy no longer apply. ${kept}`,
            actions: [writeSettings(copy.text), ...startDocker()],
          },
        ]),
    {
      id: 'start-without-settings',
      title: 'Start Docker without these settings',
      consequence: `None of the settings in the file apply any more. ${kept}`,
      actions: [writeSettings('{}\n'), ...startDocker()],
    },
  ];
}

function writeSettings(content: SecretText): Action {
  return writeFile(DOCKER_CONFIGURATION, content, 0o644, 'Write settings that Docker can read');
}

const PAUSE = 'All containers are unavailable for about 30 seconds, then start again by themselves.';

/** A bridge that is not the one that the settings ask for; `actual` is docker0's address. */
export function judgeBridge(
  { text, bridge }: DockerSettings,
  actual: string | undefined,
): readonly Finding[] {
  const settings = settingsIn(text) ?? {};
  if (actual === undefined) {
    const off = settings.bridge === 'none';
    return [
      found(FINDINGS['docker-bridge-missing'], {
        evidence: off
          ? `There is no bridge docker0: "bridge": "none" in ${DOCKER_CONFIGURATION} has turned it off.`
          : 'There is no bridge docker0, although Docker is running.',
        fixes: [
          {
            id: 'restart-docker',
            title: 'Restart Docker so that it creates its bridge',
            consequence: PAUSE,
            actions: [
              ...(off ? [writeSettings(hideInYaml(withoutSettings(settings, ['bridge'])))] : []),
              ...recreateBridge(),
            ],
          },
        ],
      }),
    ];
  }
  if (bridge === undefined || bridge === actual) return [];
  return [
    found(FINDINGS['docker-bridge-stale'], {
      evidence: `docker0 has the address ${actual}; ${DOCKER_CONFIGURATION} says ${bridge}.`,
      fixes: [
        {
          id: 'restart-docker',
          title: `Recreate Docker's bridge with ${bridge}`,
          consequence: PAUSE,
          actions: recreateBridge(),
        },
      ],
    }),
  ];
}

function recreateBridge(): readonly Action[] {
  return [
    systemctl('Stop Docker', ['stop', 'docker.socket', 'docker.service'], {
      effects: stops('all containers', notOurs),
    }),
    command(['ip', 'link', 'delete', 'docker0'], 'Remove the old bridge, if there is one', {
      succeedsWith: [0, 1],
    }),
    ...startDocker(),
  ];
}
