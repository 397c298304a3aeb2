import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { deletes, foundAs, labelled, stops } from '../../engine/contracts/effect.ts';
import { type Container, removeContainer, startContainer } from '../../system/docker/docker.ts';
import { DAEMON_FAILURES, RUN_FAILURES } from '../../system/docker/docker-failures.ts';
import { envIn } from '../../system/formats/env-file.ts';
import type { Accounts } from '../../system/web-apps/open-webui-accounts.ts';
import type { PublicConfig } from '../../system/web-apps/open-webui-api.ts';
import { isOurs } from '../containers.ts';
import { found } from '../finding.ts';
import { DATA_INSIDE, hasOtherDatabase } from '../open-webui/creation-spec.ts';
import { isPublishable, isUnpublished } from '../open-webui/unpublished.ts';
import { note } from './administrators.ts';
import { type ClaimFacts, claim, endClaim, signUpInside } from './claim.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** What says whether somebody has claimed this Open WebUI. */
export interface UnclaimedFacts extends ClaimFacts {
  /** The container named open-webui. */
  readonly container: Container | undefined;
  /** What its database says; undefined where it was not asked, or cannot be. */
  readonly accounts: Accounts | undefined;
  /** What it says to everybody, where it answers on this machine. */
  readonly config: PublicConfig | undefined;
  readonly databaseThere: boolean;
  /** Its image is there, so its database can be asked. */
  readonly imageThere: boolean;
}

/** Whether an account exists, as far as that can be told. */
type Claimed = 'yes' | 'no' | 'unknown';

/** Pure. */
function claimed(facts: UnclaimedFacts): Claimed {
  const { accounts, config, container, databaseThere } = facts;
  if (accounts?.problem === '') return accounts.count > 0 ? 'yes' : 'no';
  if (config !== undefined) return config.onboarding ? 'no' : 'yes';
  if (accounts?.problem === 'none') return 'no';
  // A database without accounts' tables: a first start was cut off before it had made them.
  if (accounts?.problem === 'not-open-webui') return 'no';
  if (container === undefined && !databaseThere && !isElsewhere(facts)) return 'no';
  return 'unknown';
}

/** What follows from that; undefined where it has been claimed and the accounts themselves can be judged. Pure. */
export function judgeClaim(facts: UnclaimedFacts, answers: Answers): readonly Finding[] | undefined {
  const state = claimed(facts);
  if (isUnpublished(facts.claim)) {
    // It has its administrator: the next task publishes it.
    const done = state === 'yes' && facts.container === undefined && isPublishable(facts.claim);
    return done ? undefined : [cutOff(facts, state, answers)];
  }
  if (state === 'yes') return undefined;
  if (state === 'no')
    return [
      facts.container === undefined ? unclaimed(facts, answers) : reachable(facts, facts.container, answers),
    ];
  // Why a container does not answer is for the next task to say, and a database elsewhere cannot be asked.
  if (facts.container !== undefined || !facts.imageThere || isElsewhere(facts)) return [];
  return [unknown(facts)];
}

const isElsewhere = ({ envFile }: ClaimFacts): boolean => hasOtherDatabase({ env: envIn(envFile, 'docker') });

function unclaimed(facts: UnclaimedFacts, answers: Answers): Finding {
  return found(FINDINGS['no-administrator'], {
    evidence: facts.databaseThere
      ? `The database of Open WebUI has no account yet (${layout(answers).openWebui.database}).`
      : 'Open WebUI has no account yet.',
    values: { so: 'none' },
    fixes: [
      { id: 'claim', title: `Make ${answers.adminEmail} the administrator`, actions: claim(facts, answers) },
    ],
  });
}

/** The run that claimed is over: the process that created this container is no longer running. */
function cutOff(facts: UnclaimedFacts, state: Claimed, answers: Answers): Finding {
  const done = state === 'yes';
  return found(FINDINGS['no-administrator'], {
    evidence: done
      ? 'The first account exists, but the container that created it is still there.'
      : `Creating the first account was interrupted: the container ${facts.claim?.status === 'running' ? 'for it is running' : 'for it has stopped'}.`,
    values: { so: done ? 'done' : 'cut-off' },
    fixes: [
      done
        ? {
            id: 'remove-claim-container',
            title: 'Remove the container; its data stays',
            actions: [...endClaim(), ...(hasOurs(facts, answers) ? note(facts, [answers.adminEmail]) : [])],
          }
        : {
            id: 'claim',
            title: `Make ${answers.adminEmail} the administrator`,
            actions: claim(facts, answers),
          },
    ],
  });
}

const hasOurs = ({ accounts }: UnclaimedFacts, { adminEmail }: Answers): boolean =>
  accounts?.admins.some(({ email }) => email.toLowerCase() === adminEmail.toLowerCase()) === true;

/** There is a container, and the first person to reach it owns it. */
function reachable(facts: UnclaimedFacts, container: Container, answers: Answers): Finding {
  const runs = container.status === 'running';
  const ours = isOurs(container);
  return found(FINDINGS['open-webui-unclaimed'], {
    evidence: runs
      ? `Open WebUI is running without an administrator. Every user of this machine can reach it, on port ${layout(answers).openWebui.port} or at the address of its container.`
      : 'The container of Open WebUI has no administrator, and once it is started every user of this machine can reach it.',
    fixes: [
      {
        id: 'claim-cut-off',
        title: `Disconnect Open WebUI, and make ${answers.adminEmail} the administrator`,
        actions: claimExisting(facts, container, answers),
        ...(ours
          ? {}
          : {
              consequence: `Open WebUI is unavailable for about a minute, and ${answers.adminEmail} becomes its administrator. otto-install did not create this Open WebUI.`,
            }),
      },
    ],
  });
}

function claimExisting(facts: UnclaimedFacts, container: Container, answers: Answers): readonly Action[] {
  const { container: name, data } = layout(answers).openWebui;
  const source = container.mounts.find(({ target }) => target === DATA_INSIDE)?.source;
  const runs = container.status === 'running' && !container.restarting;
  const noted = note(facts, [answers.adminEmail]);
  // What cannot do without its network, or would lose its data with the container, is claimed where it is, at once.
  if (source === undefined || container.networkMode === 'host' || hasOtherDatabase(container))
    return [...(runs ? [] : [started(name)]), ...signUpInside(name, source ?? data, answers), ...noted];
  if (!runs && isOurs(container) && source === data)
    return [
      command(removeContainer(name), 'Remove the container; its data stays', {
        effects: deletes(`the container ${name}`, labelled),
        timeoutMs: 60_000,
        knownFailures: DAEMON_FAILURES,
      }),
      ...claim(facts, answers),
    ];
  return [
    ...container.networks.map(
      (network): Action =>
        // Its first start continues meanwhile: stopping it half-way would leave half a database.
        command(
          ['docker', 'network', 'disconnect', '-f', network.name, name],
          `Disconnect Open WebUI from the network ${network.name}`,
          // 1: an earlier attempt has done it.
          {
            knownFailures: DAEMON_FAILURES,
            succeedsWith: [0, 1],
            effects: stops(`what reaches the container ${name}`, foundAs('Open WebUI')),
          },
        ),
    ),
    ...(runs ? [] : [started(name)]),
    ...signUpInside(name, source, answers),
    ...noted,
    // On the default bridge Docker does not connect such a container again: the next task makes another one like it.
    ...container.networks
      .filter((network) => network.name !== 'bridge')
      .map(
        (network): Action =>
          command(
            ['docker', 'network', 'connect', network.name, name],
            `Connect Open WebUI to the network ${network.name} again`,
            { knownFailures: DAEMON_FAILURES },
          ),
      ),
  ];
}

const started = (name: string): Action =>
  command(startContainer(name), 'Start Open WebUI', { timeoutMs: 60_000, knownFailures: RUN_FAILURES });

function unknown({ accounts }: UnclaimedFacts): Finding {
  const why = accounts === undefined ? 'nothing came back' : accounts.problem;
  return found(FINDINGS['accounts-not-known'], {
    evidence: `The accounts are not known: the database of Open WebUI cannot be read (${why}).`,
    watch: { everyMs: 2_000, forMs: 30_000 },
  });
}
