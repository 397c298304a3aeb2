import type { Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { deletes, foundAs, stops } from '../../engine/contracts/effect.ts';
import { things } from '../../engine/contracts/thing.ts';
import type { Argv } from '../../host/host.ts';
import {
  type CreationSpec,
  connections,
  dockerCreate,
  dockerRun,
} from '../../system/docker/creation-spec.ts';
import { removeContainer, startContainer } from '../../system/docker/docker.ts';
import { DAEMON_FAILURES, RUN_FAILURES } from '../../system/docker/docker-failures.ts';
import { backupName } from '../../system/docker/recreate.ts';
import { type ManagedContainer, specOf } from './managed.ts';

/** Something asked of Docker that is done within a minute. */
const docker = (argv: Argv, purpose: string, more: Partial<Command> = {}): Command =>
  command(argv, purpose, { timeoutMs: 60_000, knownFailures: DAEMON_FAILURES, ...more });

/** Makes the container and starts it. */
export const run = (
  managed: ManagedContainer,
  {
    hidden = false,
    log,
    purpose = `Start ${managed.title}`,
  }: {
    readonly hidden?: boolean;
    readonly log?: readonly string[] | undefined;
    readonly purpose?: string;
  } = {},
): Command =>
  docker(dockerRun(specOf(managed, { hidden, log })), purpose, {
    makes: things('container', managed.name),
    timeoutMs: 300_000,
    knownFailures: RUN_FAILURES,
  });

/** The network of the containers that are given none. */
const BRIDGE = 'bridge';

/**
 * Makes the container and starts it off Docker's network: nobody on this machine but root can reach it, and it does not come back by
 * itself after a power cut. It is the very container that is published later, so it starts only once ({@link publish}; tried with
 * Docker 20.10, 26.1 and 28.5).
 */
export const runUnpublished = (
  managed: ManagedContainer,
  { purpose, log }: { readonly purpose: string; readonly log: readonly string[] | undefined },
): readonly Command[] => [
  docker(
    dockerCreate({ ...specOf(managed, { log }), restart: 'no' }),
    `Create the container of ${managed.title}`,
    {
      makes: things('container', managed.name),
      knownFailures: RUN_FAILURES,
    },
  ),
  docker(
    ['docker', 'network', 'disconnect', BRIDGE, managed.name],
    "Take it off Docker's network before it runs, so that nobody else can reach it",
    { effects: [] }, // Nothing runs in it.
  ),
  docker(startContainer(managed.name), purpose, { timeoutMs: 300_000, knownFailures: RUN_FAILURES }),
];

/** Publishes a container of {@link runUnpublished} that runs, and gives it its name; `connected`: that was done before a cut. */
export const publish = (
  managed: ManagedContainer,
  container: string,
  connected: boolean,
): readonly Command[] => [
  ...(connected
    ? []
    : [
        docker(['docker', 'network', 'connect', BRIDGE, container], `Publish ${managed.title} on 127.0.0.1`, {
          knownFailures: RUN_FAILURES,
        }),
      ]),
  startsWithMachine({ ...managed, name: container }),
  docker(['docker', 'rename', container, managed.name], `Name the container ${managed.name}`, {
    makes: things('container', managed.name),
    effects: [], // Nobody has that name.
  }),
];

/** Connects a new container to the further networks of the one that it replaces. */
export const joinNetworks = ({ title }: ManagedContainer, spec: CreationSpec): readonly Command[] =>
  connections(spec).map((words) =>
    docker(
      ['docker', 'network', 'connect', ...words],
      `Connect ${title} to its network ${words.at(-2) ?? ''}`,
    ),
  );

/** Starts a stopped container. `container`: its name, or its id where that is safer. */
export const start = ({ title, name }: ManagedContainer, container = name): Command =>
  docker(startContainer(container), `Start ${title}`, { knownFailures: RUN_FAILURES });

/** Stops it, and leaves its database the time that it needs: removing alone would kill it. */
export const stop = ({ title, name, stopSeconds }: ManagedContainer, container = name): Command =>
  docker(['docker', 'stop', '-t', String(stopSeconds), container], `Stop ${title}`, {
    effects: stops(`the container ${name}`, foundAs(title)),
    timeoutMs: (stopSeconds + 30) * 1000,
  });

export const restart = ({ title, name, stopSeconds }: ManagedContainer, container = name): Command =>
  docker(['docker', 'restart', '-t', String(stopSeconds), container], `Restart ${title}`, {
    effects: stops(`the container ${name}`, foundAs(title)),
    timeoutMs: 180_000,
    knownFailures: RUN_FAILURES,
  });

/** Ends a `docker pause`. */
export const unpause = ({ title, name }: ManagedContainer): Command =>
  docker(['docker', 'unpause', name], `Resume ${title}`);

export const remove = ({ name, title }: ManagedContainer, purpose: string): Command =>
  docker(removeContainer(name), purpose, { effects: deletes(`the container ${name}`, foundAs(title)) });

export const startsWithMachine = ({ name }: ManagedContainer): Command =>
  docker(['docker', 'update', '--restart', 'always', name], 'Let Docker start the container at boot');

/** For one that was set aside for a new one and never put back. */
export const putBack = (managed: ManagedContainer): readonly Command[] => [
  docker(['docker', 'rename', backupName(managed.name), managed.name], 'Give the container its name back', {
    effects: [], // It is the one that has this name.
  }),
  startsWithMachine(managed),
  start(managed),
];

/** Removes the one that was set aside. */
export const removeBackup = ({ name, title }: ManagedContainer): Command =>
  docker(removeContainer(backupName(name)), 'Remove the container that was set aside', {
    effects: deletes(`the container ${backupName(name)}`, foundAs(title)),
  });
