import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, Command, KnownFailure, WriteFile } from '../../engine/contracts/action.ts';
import { command, writeFile } from '../../engine/contracts/command.ts';
import { deletes, foundAs } from '../../engine/contracts/effect.ts';
import { things } from '../../engine/contracts/thing.ts';
import { reveal, Secret } from '../../secret/secret.ts';
import { settingIn } from '../../system/formats/env-file.ts';
import { pythonJson } from '../../system/python/python-literal.ts';
import type { Sandboxing, ServiceState } from '../../system/services/systemd-show.ts';
import { template } from '../../system/templates.ts';
import { type AptState, installActions } from '../apt-state.ts';
import { found } from '../finding.ts';
import { INTERRUPTION, reload, restartActions } from './actions.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { type HermesServiceFacts, NFT } from './look.ts';

const DOCS = 'docs/hermes-sandbox.md';

/**
 * Ports of this machine that a chat has no business with: what only root may open (sshd, mail, printing) but for names and the
 * site, Open WebUI and Paperclip past their sites, Docker, and databases at their usual ports.
 */
const CLOSED = '1-52,54-79,81-442,444-1023,2375,2376,3000,3306,5432,6379,8080,11211,27017';

/** What the files of the sandbox depend on. */
type Placed = Pick<HermesServiceFacts, 'service' | 'sshPorts'>;

/** The files of the sandbox: the rules for ports, and the drop-in last, since it names them. */
export function writeSandbox(facts: Placed, answers: Answers): readonly [Command, WriteFile, WriteFile] {
  const { hermes, home, user, opt, openWebui, paperclip } = layout(answers);
  const elsewhere = [openWebui.data, paperclip.data].filter((path) => !isBelow(path, opt));
  const ports = template('hermes-ports.nft', {
    user,
    closed: [CLOSED, ...facts.sshPorts.filter((port) => port > 1023)].join(','),
  });
  const sandbox = template('hermes-sandbox.conf', {
    user,
    home,
    ports: hermes.ports,
    writable: usedElsewhere(facts.service, home).map(unitPath).join(''),
    data: elsewhere.map((path) => ` -${unitPath(path).trim()}`).join(''),
  });
  return [
    command(['mkdir', '-p', '--', hermes.dropIns], 'Create the folder for drop-ins', {
      makes: things('folder', hermes.dropIns),
    }),
    writeFile(hermes.ports, ports, 0o644, 'Write which local ports Hermes cannot reach'),
    writeFile(hermes.sandbox, sandbox, 0o644, 'Write Hermes’s sandbox for systemd'),
  ];
}

const isBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/** A path as a unit's list takes it, after a blank: `%` would be a specifier. */
const unitPath = (path: string) => ` ${path.replaceAll('%', '%%')}`;

/** Where an adopted unit has its code, when that is not in the home: it must stay there, and writable for updates. */
function usedElsewhere({ directory, command }: ServiceState, home: string): readonly string[] {
  const venv = /^(\/.+)\/bin\/python[\d.]*$/.exec(command[0] ?? '')?.[1];
  const folders = [directory.replace(/^[!-]+/, ''), venv ?? ''];
  return [...new Set(folders)].filter(
    (path) => path.startsWith('/') && !isBelow(path, home) && !/^\/(usr|bin|opt)?$|^\/usr\//.test(path),
  );
}

/**
 * What must be in effect for it to be a sandbox at all; everything else may be opened by hand, and is healthy then. In the
 * words of the operator: what is missing.
 */
const CORE: readonly { readonly holds: (found: Sandboxing) => boolean; readonly missing: string }[] = [
  { holds: ({ noNewPrivileges }) => noNewPrivileges, missing: 'programs can gain rights (sudo, setuid)' },
  {
    holds: ({ protectSystem }) => protectSystem === 'strict',
    missing: 'Hermes can write wherever its user can',
  },
  { holds: ({ filtersCalls }) => filtersCalls, missing: 'every system call is allowed' },
];

/** What keeps a chat's commands from being confined; empty when they are. */
function missingFrom({ service, confined }: HermesServiceFacts): readonly string[] {
  const missing = CORE.filter(({ holds }) => !holds(service.sandboxing)).map((part) => part.missing);
  if (missing.length > 0) return missing;
  return confined === false ? ['it was started before its sandbox was written'] : [];
}

/** Pure. Whether what a chat starts is confined as was answered. Asked only of a Hermes that answers. */
export function judgeSandbox(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  if (facts.answer.kind !== 'hermes') return [];
  const { hermes } = layout(answers);
  if (answers.hermesSandbox === 'none')
    return facts.service.dropIns.includes(hermes.sandbox) ? [notWanted(facts, answers)] : [];
  const missing = missingFrom(facts);
  if (missing.length > 0) return [unsandboxed(missing, facts, answers)];
  return facts.service.dropIns.includes(hermes.sandbox) ? judgePortRules(facts, answers) : [];
}

function unsandboxed(missing: readonly string[], facts: HermesServiceFacts, answers: Answers): Finding {
  const { user } = layout(answers);
  const costs = `In the sandbox, commands cannot use sudo, docker, systemctl, folders outside the home, local ports of other services, or Chromium’s own sandbox (${DOCS} says how to open one).`;
  return found(FINDINGS['hermes-unsandboxed'], {
    evidence: `Hermes runs without a sandbox: ${missing.join('; ')}.`,
    values: { user },
    fixes: [
      {
        id: 'sandbox-with-proof',
        title: 'Put Hermes into a sandbox, tested by a chat that runs a command',
        actions: sandboxActions(facts, answers, true),
        consequence: `${INTERRUPTION} ${costs} A chat runs a test command before and after; if the second fails, everything is undone and Hermes restarts once more.`,
      },
      {
        id: 'sandbox-without-proof',
        title: 'Put Hermes into a sandbox without that test',
        actions: sandboxActions(facts, answers, false),
        consequence: `${INTERRUPTION} ${costs} otto-install tests only that Hermes answers; what its agent can no longer do shows when somebody asks for it.`,
      },
    ],
  });
}

/** The files, a restart, and the proof; if the proof fails, everything is undone with another restart. */
function sandboxActions(facts: HermesServiceFacts, answers: Answers, ask: boolean): readonly Action[] {
  const [folder, ports, dropIn] = writeSandbox(facts, answers);
  const restart = restartActions(facts, answers).filter((action) => action.kind === 'run');
  return [
    ...(ask
      ? [callTool(facts, answers, 'Let a chat run a command, as it is now', { ask, confined: false })]
      : []),
    folder,
    ports,
    {
      ...dropIn,
      proof: [
        reload,
        ...restart,
        callTool(
          facts,
          answers,
          ask ? 'Let a chat run a command in the sandbox' : 'Wait until Hermes answers',
          {
            ask,
            confined: true,
          },
        ),
      ],
      afterPutBack: [
        reload,
        ...restart,
        // What was there before may not know the table.
        unloadPorts,
      ],
    },
  ];
}

/** How a proof can come to nothing, as templates/hermes-tool-call.py says it. */
const UNPROVED: readonly KnownFailure[] = [
  {
    pattern: '^Not proved: ',
    reason:
      'The model did not run the test command, or Claude did not answer. That proves nothing about the sandbox.',
    next: 'Try again once chats are answered, or choose the second fix, which only checks that Hermes answers.',
  },
  {
    pattern:
      '^A chat can no longer start: |^The command of a chat ran outside|^Hermes does not answer within',
    reason: 'Something that worked before did not work in the sandbox, so the sandbox was removed again.',
    next: `The last line says what. ${DOCS} shows how to open one part of the sandbox; answer "hermesSandbox: none" to do without it.`,
  },
];

/** Lets Hermes's terminal run a command, as a chat does (templates/hermes-tool-call.py); without `ask` it waits for Hermes only. */
function callTool(
  facts: HermesServiceFacts,
  answers: Answers,
  purpose: string,
  { ask, confined }: { readonly ask: boolean; readonly confined: boolean },
): Command {
  const { hermes, home, user } = layout(answers);
  const config = {
    home,
    port: hermes.port,
    model: reveal(facts.modelName),
    key: facts.key ?? new Secret(''),
    path: settingIn(facts.service.environment, 'PATH') || '/usr/local/bin:/usr/bin:/bin',
    ask,
    confined,
  };
  return command(['python3', '-I', '-'], purpose, {
    timeoutMs: 360_000,
    user,
    input: template('hermes-tool-call.py', { config: pythonJson(config) }),
    knownFailures: UNPROVED,
  });
}

function notWanted(facts: HermesServiceFacts, answers: Answers): Finding {
  const { hermes } = layout(answers);
  return found(FINDINGS['hermes-sandbox-not-wanted'], {
    evidence: `${hermes.sandbox} puts Hermes into a sandbox, but the answer is hermesSandbox: none.`,
    fixes: [
      {
        id: 'remove-sandbox',
        title: 'Remove the sandbox and restart Hermes',
        actions: [
          command(['rm', '-f', '--', hermes.sandbox], 'Remove the sandbox', {
            effects: deletes(hermes.sandbox, foundAs('the sandbox’s drop-in')),
          }),
          reload,
          ...restartActions(facts, answers),
          command(['rm', '-f', '--', hermes.ports], 'Remove the rules for ports', {
            effects: deletes(hermes.ports, foundAs('the sandbox’s rules')),
          }),
          unloadPorts,
        ],
        consequence: `${INTERRUPTION} Anyone who chats can then do everything that ${layout(answers).user} can.`,
      },
    ],
  });
}

function judgePortRules({ portRules }: HermesServiceFacts, answers: Answers): readonly Finding[] {
  if (typeof portRules === 'object') return [nftMissing(portRules.withoutNft, answers)];
  return portRules === 'missing' ? [portsOpen(answers)] : [];
}

function portsOpen(answers: Answers): Finding {
  const { user } = layout(answers);
  return found(FINDINGS['hermes-local-ports-open'], {
    evidence: `nftables has no table inet otto_hermes, so ${user} reaches every port of this machine.`,
    fixes: [
      {
        id: 'load-rules',
        title: 'Load the rules for local ports again',
        actions: [loadPorts(answers)],
      },
    ],
  });
}

function nftMissing(apt: AptState, answers: Answers): Finding {
  return found(FINDINGS['hermes-nft-missing'], {
    evidence: `${NFT} (package nftables) does not exist, so the rules in ${layout(answers).hermes.ports} cannot be loaded.`,
    fixes: [
      {
        id: 'install-nftables',
        title: 'Install nftables and load the rules for local ports',
        actions: [...installActions(apt, ['nftables']), loadPorts(answers)],
      },
    ],
  });
}

/** The file removes the table before it makes it, so loading it again is harmless. */
const loadPorts = (answers: Answers) =>
  command(['nft', '-f', layout(answers).hermes.ports], 'Load the rules for ports', { timeoutMs: 10_000 });

const unloadPorts = command(['nft', 'delete', 'table', 'inet', 'otto_hermes'], 'Unload the rules for ports', {
  timeoutMs: 10_000,
  // 1: they are gone with Hermes's stop. 127: without nft nothing has loaded them.
  succeedsWith: [0, 1, 127],
});
