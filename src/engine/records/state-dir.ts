import { type Host, HostError } from '../../host/host.ts';

/** Where the wizard keeps what it has to remember; root only. */
export const STATE_DIR = '/var/lib/otto-install';

/** Where the logs of its runs are; root only. */
export const LOG_DIR = '/var/log/otto-install';

/**
 * Makes folders that only their owner can enter. Throws HostError when that is not possible, or when somebody else could put
 * something in their place.
 */
export async function makePrivateFolders(host: Host, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const keeper = await host.keeperOf(path);
    if (keeper !== undefined) throw new HostError(`${path} could not be made: ${keeper} may write there`);
  }
  const { exitCode, stderr } = await host.exec(['install', '-d', '-m', '0700', ...paths], {
    timeoutMs: 10_000,
  });
  if (exitCode !== 0) throw new HostError(`${paths.join(', ')} could not be made: ${stderr.trim()}`);
}
