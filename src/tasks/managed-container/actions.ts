import type { Run } from '../../engine/contracts/action.ts';
import { things } from '../../engine/contracts/thing.ts';
import type { Argv } from '../../host/host.ts';
import { dockerRun } from '../../system/docker/creation-spec.ts';
import { removeContainer, startContainer } from '../../system/docker/docker.ts';
import { DAEMON_FAILURES, RUN_FAILURES } from '../../system/docker/docker-failures.ts';
import { backupName } from '../../system/docker/recreate.ts';
import { type ManagedContainer, specOf } from './managed.ts';

/** Something asked of Docker that is done within a minute. */
const docker = (argv: Argv, purpose: string, more: Partial<Run> = {}): Run => ({
  kind: 'run',
  argv,
  purpose,
  timeoutMs: 60_000,
  knownFailures: DAEMON_FAILURES,
  ...more,
});

/** Makes the container and starts it. */
export const run = (
  managed: ManagedContainer,
  {
    hidden = false,
    purpose = `Start ${managed.title}`,
  }: { readonly hidden?: boolean; readonly purpose?: string } = {},
): Run =>
  docker(dockerRun(specOf(managed, { hidden })), purpose, {
    makes: things('container', managed.name),
    timeoutMs: 300_000,
    knownFailures: RUN_FAILURES,
  });

/** Starts one that is stopped. `container`: its name, or its id where that is surer. */
export const start = ({ title, name }: ManagedContainer, container = name): Run =>
  docker(startContainer(container), `Start ${title}`, { knownFailures: RUN_FAILURES });

/** Stops it, and leaves its database the time that it needs: removing alone would kill it. */
export const stop = ({ title, name, stopSeconds }: ManagedContainer, container = name): Run =>
  docker(['docker', 'stop', '-t', String(stopSeconds), container], `Stop ${title}`, {
    timeoutMs: (stopSeconds + 30) * 1000,
  });

export const restart = ({ title, name, stopSeconds }: ManagedContainer, container = name): Run =>
  docker(['docker', 'restart', '-t', String(stopSeconds), container], `Restart ${title}`, {
    timeoutMs: 180_000,
    knownFailures: RUN_FAILURES,
  });

/** Ends a `docker pause`. */
export const unpause = ({ title, name }: ManagedContainer): Run =>
  docker(['docker', 'unpause', name], `Resume ${title}`);

export const remove = ({ name }: ManagedContainer, purpose: string): Run =>
  docker(removeContainer(name), purpose);

export const startsWithMachine = ({ name }: ManagedContainer): Run =>
  docker(['docker', 'update', '--restart', 'always', name], 'Let Docker start the container at boot');

/** For one that was set aside when a new one was to be made, and that was never put back. */
export const putBack = (managed: ManagedContainer): readonly Run[] => [
  docker(['docker', 'rename', backupName(managed.name), managed.name], 'Give the container its name back'),
  startsWithMachine(managed),
  start(managed),
];

/** Removes the one that was set aside. */
export const removeBackup = ({ name }: ManagedContainer): Run =>
  docker(removeContainer(backupName(name)), 'Remove the container that was set aside');
