import type { Action, Command, KnownFailure } from '../engine/contracts/action.ts';
import { command } from '../engine/contracts/command.ts';
import { deletes, type Effect, foundAs, replaces, stops } from '../engine/contracts/effect.ts';
import type { Step } from '../engine/contracts/operation.ts';
import { things } from '../engine/contracts/thing.ts';
import type { Argv } from '../host/host.ts';
import { DAEMON_FAILURES, RUN_FAILURES } from '../system/docker/docker-failures.ts';
import { backupName } from '../system/docker/recreate.ts';
import { template } from '../system/templates.ts';

/** A Docker command that ends within minutes. `words` come after 'docker'. */
export const docker = (words: Argv, purpose: string, more: Partial<Command> = {}): Command =>
  command(['docker', ...words], purpose, { timeoutMs: 180_000, knownFailures: DAEMON_FAILURES, ...more });

/** templates/container-unless-gone.sh: no harm when it was done before, a failure when Docker cannot say whether it was. */
const unlessGone = (words: Argv, purpose: string, effects: readonly Effect[]): Command =>
  command(['sh', '-s', '--', ...words], purpose, {
    effects,
    input: String(template('container-unless-gone.sh', {})),
    timeoutMs: 180_000,
    knownFailures: RUN_FAILURES,
  });

/** Stops a container of Otto's, if there is one of this name. */
export const stopIfThere = (name: string, purpose: string): Action =>
  unlessGone(['stop', name], purpose, stops(`the container ${name}`, foundAs(name)));

/** Removes a container of Otto's, if there is one of this name or id. */
export const removeIfThere = (name: string, purpose: string): Action =>
  unlessGone(['remove', name], purpose, deletes(`the container ${name}`, foundAs(name)));

/** What Docker does with a container when it ends, as it was before. */
export const policyAsBefore = (name: string, policy: string, purpose: string): Action =>
  unlessGone(['policy', name, policy], purpose, []);

const NOT_FREED: KnownFailure = {
  pattern: 'only a restart of Docker frees the port',
  reason:
    'A power cut has left the port taken with nobody behind it. Restarting Docker frees it, and would stop containers that are not Otto’s for a moment.',
  next: 'When that suits: `systemctl restart docker`. Then start otto-install again: it continues from there.',
};

/** Starts a container that was stopped, even when a power cut left its port taken. */
export const startAgain = (name: string, purpose: string): Command =>
  command(['sh', '-s', '--', name], purpose, {
    // It may be stopped once more on the way, to have its port again.
    effects: stops(`the container ${name}`, foundAs(name)),
    input: String(template('start-again.sh', {})),
    timeoutMs: 240_000,
    knownFailures: [NOT_FREED, ...RUN_FAILURES],
  });

/** Connects a new container to the further networks of the old one; it is removed with them where it is undone. */
export const connectAll = (title: string, connections: readonly (readonly string[])[]): readonly Step[] =>
  connections.map((words) => ({
    do: docker(['network', 'connect', ...words], `Connect ${title} to its network ${words.at(-2) ?? ''}`),
  }));

/** Once the new one is verified the old one goes. Its data is outside the container. */
export const clearAside = (name: string): Action =>
  removeIfThere(backupName(name), 'Remove the old container');

/**
 * A stopped container is set aside, and another one is started under its name: `runWords` are the words after `docker run`. The
 * way back may be started again from its start, also when the old one has its name again by then.
 */
export function replaceContainer(
  name: string,
  runWords: readonly string[],
  purposes: { readonly aside: string; readonly start: string },
): readonly Step[] {
  const before = backupName(name);
  return [
    {
      do: docker(['rename', name, before], purposes.aside, {
        // It is the one that was looked at, and gets its name back or is replaced.
        effects: [],
        knownFailures: [
          {
            pattern: 'is already in use',
            reason: `A container named ${before} is left over from an earlier change.`,
            next: `If nobody needs it any more, remove it with \`docker rm -f ${before}\`; then start again.`,
          },
          ...DAEMON_FAILURES,
        ],
      }),
      undo: unlessGone(['put-back', name, before], 'Put the old container back', []),
    },
    {
      do: docker(['run', ...(runWords as [string, ...string[]])], purposes.start, {
        makes: things('container', name),
        effects: replaces(`the container ${name}`, foundAs(name)),
        timeoutMs: 300_000,
        knownFailures: RUN_FAILURES,
      }),
      undo: unlessGone(
        ['remove-new', name, before],
        'Remove the new container',
        deletes(`the container ${name}`, foundAs(name)),
      ),
    },
  ];
}
