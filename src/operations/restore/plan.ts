import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, Command, KnownFailure } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { deletes, foundAs, replaces, stops } from '../../engine/contracts/effect.ts';
import type { OperationPlan, Step } from '../../engine/contracts/operation.ts';
import { connections, runWords, unreachable } from '../../system/docker/creation-spec.ts';
import type { Container } from '../../system/docker/docker.ts';
import { backupName } from '../../system/docker/recreate.ts';
import { withoutUnspoken } from '../../system/docker/unspoken.ts';
import { forgetFailedStarts, systemctl } from '../../system/services/systemd.ts';
import { installActions } from '../../tasks/apt-state.ts';
import { isOurs } from '../../tasks/containers.ts';
import { enable, start as startHermes } from '../../tasks/hermes-service/actions.ts';
import { type ManagedContainer, specLike } from '../../tasks/managed-container/managed.ts';
import { managedOpenWebui } from '../../tasks/open-webui/managed.ts';
import { isClosed, isUnreachable } from '../../tasks/paperclip/actions.ts';
import { managedPaperclip } from '../../tasks/paperclip/managed.ts';
import { backupStep } from '../backup/plan.ts';
import { BACKUP_FOLDER, pythonHere } from '../backup/program.ts';
import {
  clearAside,
  connectAll,
  docker,
  policyAsBefore,
  replaceContainer,
  startAgain,
  stopIfThere,
} from '../container-steps.ts';
import type { Archive } from './archive.ts';
import type { RestoreChoice, RestoreFacts } from './facts.ts';
import { restoreProgram } from './program.ts';

const FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'No space left on device',
    reason: 'The disk is full.',
    next: 'Everything is put back as it was. Free some space and restore again.',
  },
];

/** A container of this Otto, with what is needed to recreate it from the restored environment. */
interface Served {
  readonly container: Container;
  readonly name: string;
  readonly title: string;
  /** The words after `docker run`, where its environment was another one, or where nobody may reach it before it is claimed. */
  readonly recreateWords: readonly string[] | undefined;
  /** Further networks of the one before. */
  readonly connections: readonly (readonly string[])[];
  /** Only root can reach it after the restore: it is published once it is known whose it is. */
  readonly hidden: boolean;
}

/**
 * Pure. The archive is unpacked beside what is here while everybody works on. Then everything stops for as long as a few renames
 * take; what was there before is kept until the restored Otto is verified, and put back when it is not.
 */
export function planRestore(facts: RestoreFacts, choice: RestoreChoice, answers: Answers): OperationPlan {
  const { archive, apt } = facts;
  if (archive === undefined || !archive.ok) return { steps: [] };
  const place = layout(answers);
  const served = containers(facts, archive, answers);
  const program = (mode: string, purpose: string, secret = false): Command => {
    return command(pythonHere(mode), purpose, {
      input: restoreProgram(choice.from, secret ? choice.passphrase : undefined, answers),
      timeoutMs: 3_600_000,
      knownFailures: FAILURES,
    });
  };
  const clear = program('clear', 'Remove what was kept for rolling back');
  const locked = choice.before?.endsWith('.gpg') === true;
  const first: readonly Step[] =
    choice.before === undefined
      ? []
      : [
          ...(locked && apt !== undefined ? installActions(apt, ['gpg']) : []).map((action) => ({
            do: action,
          })),
          backupStep(
            {
              folder: BACKUP_FOLDER,
              file: choice.before,
              encrypt: locked,
              ...(locked && choice.passphrase !== undefined && { passphrase: choice.passphrase }),
            },
            answers,
          ),
        ];
  const stopHermes = systemctl('Stop Hermes', ['stop', place.hermes.unitName], {
    timeoutMs: 240_000,
    effects: stops('Hermes', foundAs('Hermes')),
  });
  const start = [forgetFailedStarts('Clear failed starts', place.hermes.unitName), startHermes(answers)];
  const configured = [reload, ...(archive.holds.includes('nginx') ? nginx : [])];
  return {
    steps: [
      ...first,
      {
        do: program('stage', 'Unpack the backup next to what is here, and compare every file', true),
        undo: clear,
      },
      ...served.flatMap(stopped),
      { do: stopHermes, undo: start },
      {
        do: {
          ...program('place', 'Put the backup in place, and keep what was there'),
          effects: replaces('what is here now', foundAs('this Otto')),
        },
        // What started again after a power cut must not write while files are moved.
        undo: [
          ...served.map(({ name, title }) => stopIfThere(name, `Stop ${title}`)),
          stopHermes,
          program('put-back', 'Put back what was there'),
          ...configured,
        ],
      },
      ...configured.map((action) => ({ do: action })),
      { do: forgetStarts(answers) },
      ...[...start.slice(0, 1), enable(answers), ...start.slice(1)].map((action) => ({ do: action })),
      ...served.flatMap(started),
    ],
    cleanupAfterSuccess: [
      ...served
        .filter(({ recreateWords }) => recreateWords !== undefined)
        .map(({ name }) => clearAside(name)),
      clear,
    ],
  };
}

const reload = systemctl('Let systemd read its units again', ['daemon-reload']);

/** Not from system/nginx: there a reload presumes that it runs. */
const nginx: readonly Action[] = [
  command(['nginx', '-t'], 'Let nginx test its configuration'),
  systemctl('Reload the nginx configuration', ['reload-or-restart', 'nginx.service']),
];

/** Paperclip first: it takes longer to come up again. */
function containers(
  { openWebui, paperclip }: RestoreFacts,
  { environmentChanged: changed, signUpClosed }: Archive,
  answers: Answers,
): readonly Served[] {
  const one = (
    container: Container | undefined,
    managed: ManagedContainer,
    hidden: boolean,
  ): readonly Served[] => {
    if (container === undefined) return [];
    const { id, name, title } = managed;
    const like = specLike(managed, container);
    const recreates = changed.includes(id) || (hidden && !isUnreachable(container));
    return [
      {
        container,
        name,
        title,
        recreateWords: recreates ? runWords(hidden ? unreachable(like) : like) : undefined,
        connections: hidden ? [] : connections(like),
        hidden,
      },
    ];
  };
  const hidden = hidesPaperclip({ paperclip }, { environmentChanged: changed, signUpClosed });
  return [
    ...one(paperclip, managedPaperclip(answers), hidden),
    // Without an account in it the archive is refused.
    ...one(openWebui, managedOpenWebui(answers), false),
  ];
}

/**
 * Pure. Whoever signs up first in a Paperclip that nobody has claimed becomes its administrator, and whether somebody had is only seen
 * once it runs. So ours, and what is made as ours, is published here only with its sign-up closed; the task publishes the rest.
 */
export function hidesPaperclip(
  { paperclip }: Pick<RestoreFacts, 'paperclip'>,
  { environmentChanged, signUpClosed }: Pick<Archive, 'environmentChanged' | 'signUpClosed'>,
): boolean {
  if (paperclip === undefined) return false;
  if (isUnreachable(paperclip)) return true;
  return environmentChanged.includes('paperclip') ? !signUpClosed : isOurs(paperclip) && !isClosed(paperclip);
}

const policyOf = ({ container: { restartPolicy, networkMode } }: Served) => {
  if (networkMode === 'none') return 'no';
  return restartPolicy === '' || restartPolicy === 'no' ? 'always' : restartPolicy;
};

/** Stopped, and it stays so when the machine starts meanwhile: with an empty folder the first visitor would become its administrator. */
function stopped(served: Served): readonly Step[] {
  const { name, title } = served;
  return [
    {
      do: docker(['update', '--restart', 'no', name], `Keep ${title} from starting on its own meanwhile`),
      undo: policyAsBefore(name, policyOf(served), `Let ${title} start with the machine`),
    },
    {
      // Docker continues to stop it when the command is ended, and would stop what was started again meanwhile.
      do: docker(['stop', '-t', '60', name], `Stop ${title}`, {
        uninterruptible: true,
        effects: stops(`the container ${name}`, foundAs(title)),
      }),
      undo: startAgain(name, `Start ${title} as it was`),
    },
  ];
}

function started(served: Served): readonly Step[] {
  const { container, name, title, recreateWords, connections, hidden } = served;
  const without = withoutUnspoken(container.createdWith?.unspoken);
  if (recreateWords === undefined)
    return [
      { do: startAgain(name, `Start ${title}`) },
      { do: docker(['update', '--restart', policyOf(served), name], `Let ${title} start with the machine`) },
    ];
  return [
    ...replaceContainer(name, recreateWords, {
      aside: `Set its container aside as ${backupName(name)}: it is recreated with the restored data`,
      start: hidden
        ? `Start ${title} where nobody else can reach it, until it has an administrator${without}`
        : `Start ${title} with the restored environment${without}`,
    }),
    ...connectAll(title, connections),
  ];
}

/** Hermes counts its starts and pauses after many; a start on request must not count as a crash. */
function forgetStarts(answers: Answers): Action {
  const { hermes, user } = layout(answers);
  return command(['rm', '-f', '--', hermes.starts], 'Clear the starts that Hermes has counted', {
    effects: deletes('Hermes’s list of its starts', foundAs('Hermes')),
    user,
    timeoutMs: 10_000,
  });
}
