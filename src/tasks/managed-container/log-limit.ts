import type { Host } from '../../host/host.ts';
import { daemonSettings } from '../../system/docker/daemon-settings.ts';
import { DOCKER_CONFIGURATION } from '../../system/docker/docker-configuration.ts';
import { object } from '../../system/formats/json.ts';
import { parseUnits, showUnits } from '../../system/services/systemd.ts';

/** 60 MB at most for each container: weeks of an Otto that is at work. */
const LIMIT = ['--log-opt', 'max-size=20m', '--log-opt', 'max-file=3'] as const;

const UNIT = 'docker.service';

/**
 * Pure. The words of `docker run` that keep a container's log small. Docker's own json-file grows until the disk is full; a
 * driver or a limit that somebody chose for all containers stays, and other drivers refuse these words.
 */
export function logLimitIn(settings: Readonly<Record<string, unknown>>): readonly string[] {
  const driver = settings['log-driver'] ?? 'json-file';
  const options = Object.keys(object(settings['log-opts']));
  const chosen = options.length > 0 || settings['log-opt'] !== undefined;
  return driver === 'json-file' && !chosen ? LIMIT : [];
}

/** Looks at the daemon that runs, and says how the log of a new container of ours is kept small. */
export async function lookAtLogLimit(host: Host): Promise<readonly string[]> {
  const [units, file] = await Promise.all([
    host.exec(showUnits(UNIT), { timeoutMs: 10_000 }),
    host.readFile(DOCKER_CONFIGURATION).catch(() => undefined),
  ]);
  const pid = parseUnits(units.stdout, [UNIT])[UNIT]?.mainPid ?? 0;
  const words = pid === 0 ? undefined : await host.readFile(`/proc/${pid}/cmdline`).catch(() => undefined);
  return logLimitIn(daemonSettings(words ?? '', file));
}
