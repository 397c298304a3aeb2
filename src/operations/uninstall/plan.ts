import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { deletes, foundAs, stops } from '../../engine/contracts/effect.ts';
import type { OperationPlan, Step } from '../../engine/contracts/operation.ts';
import { things } from '../../engine/contracts/thing.ts';
import { LOG_DIR, STATE_DIR } from '../../engine/records/state-dir.ts';
import { removeFolders } from '../../system/accounts/folder-programs.ts';
import { deleteCertificate } from '../../system/certificates/certbot.ts';
import { deleteRule, UFW_FAILURES } from '../../system/network/ufw.ts';
import { TEST, TEST_AND_RELOAD } from '../../system/nginx/nginx.ts';
import { forgetFailedStarts, startsAtBoot, systemctl } from '../../system/services/systemd.ts';
import { template } from '../../system/templates.ts';
import { isOpenWebui } from '../../tasks/all-containers.ts';
import { reload } from '../../tasks/hermes-service/actions.ts';
import { PROGRAMS } from '../../tasks/own-copy/places.ts';
import { ACCOUNT, MOVE_NOTE } from '../../tasks/paperclip/account.ts';
import { backupStep } from '../backup/plan.ts';
import { BACKUP_FOLDER, type BackupWish } from '../backup/program.ts';
import { docker, policyAsBefore, removeIfThere, startAgain } from '../container-steps.ts';
import { type Choice, mayForgetCertificate, mayRemoveUser, removableData, removesAccount } from './choice.ts';
import type { DeployUser, OwnCopy, PlacedContainer, PlacedFile, PlacedUnit, Remains } from './facts.ts';
import { PORT_RULES } from './look-rest.ts';

/** Told by the ledger, the journals of 1.0.0, labels and contents (origins.ts): what is not, stays, and is named. */
const OURS = foundAs('what otto-install made here');

/** Where files are kept while they may still have to be put back. */
const PUT_AWAY = `${STATE_DIR}/uninstalled`;

/**
 * Pure. First everything is switched off and put away, from the outside inwards: nobody gets in before anything behind it
 * is gone. All of that can be undone. Once that is verified, what cannot be undone follows.
 */
export function planUninstall(facts: Remains, choice: Choice, answers: Answers): OperationPlan {
  const goes = goesWith(choice);
  const { nginx, units, helpers, containers } = facts;
  const [hermes, others] = split(units.filter(goes), ({ path }) => path === layout(answers).hermes.unit);
  const sites = nginx.sites.filter(goes);
  const files = helpers.filter(goes);
  const takesUnits = others.length + hermes.length + files.length > 0;
  return {
    steps: [
      ...(choice.backup === undefined ? [] : [backupStep(lastBackup(choice.backup), answers)]),
      ...(sites.length === 0 ? [] : takeSitesAway(sites, nginx.active)),
      ...others.flatMap(takeUnitAway),
      ...containers.filter(({ ours }) => ours).flatMap(switchOff),
      ...hermes.flatMap(takeUnitAway),
      ...files.map((file) => putAway(file.path, [reload])),
      ...(takesUnits ? [{ do: reload }] : []),
    ],
    irreversible: irreversible(facts, choice, answers),
    cleanupAfterUndo: somethingWasThere(facts) ? [clearPutAway] : [],
  };
}

/** The last backup, as an archive that anybody with root can read: a passphrase would be asked for once more. */
export const lastBackup = (file: string): BackupWish & { readonly file: string } => ({
  folder: BACKUP_FOLDER,
  file,
  encrypt: false,
});

const split = <One>(
  all: readonly One[],
  is: (one: One) => boolean,
): readonly [readonly One[], readonly One[]] => [all.filter(is), all.filter((one) => !is(one))];

/** Whether a file of the service goes. */
export const goesWith =
  ({ edited }: Choice) =>
  ({ whose }: PlacedFile): boolean =>
    whose === 'ours' || (whose === 'edited' && edited);

function takeSitesAway(sites: readonly PlacedFile[], active: boolean): readonly Step[] {
  const reload = active ? TEST_AND_RELOAD : [TEST];
  return [...sites.map(({ path }) => putAway(path, reload)), ...reload.map((action) => ({ do: action }))];
}

function takeUnitAway({ name, path, unit }: PlacedUnit): readonly Step[] {
  const running = unit.active === 'active' || unit.active === 'activating' || unit.active === 'reloading';
  const back = [
    ...(startsAtBoot(unit) && unit.file !== 'static'
      ? [systemctl(`Start ${name} with the machine again`, ['enable', name])]
      : []),
    ...(running ? [systemctl(`Start ${name} again`, ['start', name], { timeoutMs: 240_000 })] : []),
  ];
  return [
    {
      // A stop may have to wait for an answer that is being written.
      do: systemctl(`Stop ${name}, and keep it from starting with the machine`, ['disable', '--now', name], {
        timeoutMs: 240_000,
        effects: stops(name, OURS),
      }),
      ...(back.length === 0 ? {} : { undo: back }),
    },
    putAway(path, [reload]),
  ];
}

function putAway(path: string, thenBack: readonly Action[]): Step {
  const kept = `${PUT_AWAY}${path}`;
  const move = (words: readonly string[], purpose: string): Command =>
    command(['sh', '-s', '--', ...words], purpose, {
      input: template('put-away.sh', {}),
      effects: deletes(path, OURS),
    });
  return {
    do: move([path, kept], `Remove ${path}`),
    undo: [move([kept, path, 'back'], `Put ${path} back`), ...thenBack],
  };
}

function switchOff({ name, container }: PlacedContainer): readonly Step[] {
  const policy = container.restartPolicy === '' ? 'no' : container.restartPolicy;
  const running = container.status === 'running' || container.status === 'restarting';
  return [
    {
      do: docker(['update', '--restart', 'no', name], `Keep ${name} from starting on its own`),
      undo: policyAsBefore(name, policy, `Let ${name} start with the machine`),
    },
    {
      // A database that is being written gets the time to finish.
      // Docker continues to stop it when its command is ended, even after an undo has started it.
      do: docker(
        ['stop', '-t', name.startsWith('open-webui') ? '60' : '30', name],
        `Stop the container ${name}`,
        { uninterruptible: true, effects: stops(`the container ${name}`, OURS) },
      ),
      ...(running ? { undo: startAgain(name, `Start the container ${name} again`) } : {}),
    },
  ];
}

/** What cannot be undone; each may be done twice. */
function irreversible(facts: Remains, choice: Choice, answers: Answers): readonly Action[] {
  const { containers, units, cli, user, certificate } = facts;
  const data = choice.data ? removableData(facts) : [];
  const place = layout(answers);
  const signIns = data.some(({ path }) => path === place.hermes.home) ? facts.signIns : [];
  return [
    ...containers
      .filter(({ ours }) => ours)
      .map(({ name, container }) => ({
        ...removeIfThere(container.id.slice(0, 12), `Remove the container ${name}`),
        removes: things('container', name),
      })),
    ...unusedImages(facts).map((name) => removeImage(name)),
    ...rulesThatGo(facts, choice).map(
      (rule): Action =>
        command(deleteRule(rule), `Remove the rule "allow ${rule}" from UFW`, {
          removes: things('rule', rule),
          effects: deletes(`the rule "allow ${rule}"`, OURS),
          timeoutMs: 60_000,
          knownFailures: UFW_FAILURES,
        }),
    ),
    ...units
      .filter(goesWith(choice))
      .map(({ name }) => forgetFailedStarts(`Reset the failure state of ${name}`, name)),
    ...foldersOf(facts.helpers.filter(goesWith(choice))).map(removeIfEmpty),
    ...(forgetsPorts(facts, choice, place) ? [forgetPorts] : []),
    ...(cli.link === undefined
      ? []
      : [{ ...removeFolders([cli.link], `Remove ${cli.link}`), removes: things('link', cli.link) }]),
    ...(cli.folder === undefined
      ? []
      : [
          {
            ...removeFolders([cli.folder], 'Remove the Claude CLI'),
            removes: things('folder', cli.folder),
          },
        ]),
    ...data.map(({ path, files, what }) => ({
      ...removeFolders([path, ...files], `Remove ${what}`),
      removes: things('folder', path),
    })),
    ...(facts.halfMoved && data.some(({ owner }) => owner === ACCOUNT)
      ? [removeFolders([MOVE_NOTE], 'Remove the note about the interrupted move')]
      : []),
    ...(removesAccount(facts, choice) ? removeHeld(ACCOUNT) : []),
    ...(signIns.length === 0
      ? []
      : [
          {
            ...asUser(place.user, ['rm', '-f', '--', ...signIns], 'Remove the sign-ins'),
            effects: deletes('the sign-ins', OURS),
            removes: things('sign-in', ...signIns),
          },
        ]),
    ...(data.length === 0 ? [] : [removeIfEmpty(place.opt)]),
    ...(choice.certificate && certificate !== undefined && mayForgetCertificate(facts)
      ? // 1: none has this name any longer.
        [
          {
            ...deleteCertificate(certificate.name),
            effects: deletes(`the certificate ${certificate.name}`, OURS),
            succeedsWith: [0, 1],
          },
        ]
      : []),
    ...(choice.user && user !== undefined && mayRemoveUser(facts) ? removeUser(user) : []),
    ...(somethingWasThere(facts) ? [clearPutAway] : []),
    // As late as can be: until now it may be what finishes this. What is remembered goes after it, since it says whose it was.
    ...removeOwnCopy(facts.ownCopy),
    ...(choice.data && data.length === facts.data.length && facts.state ? [forget] : []),
  ];
}

/** 1: it is gone already, or somebody has started to use it meanwhile: the summary at the end looks at what is there then. */
const removeImage = (name: string): Command =>
  docker(['image', 'rm', name], `Remove the image ${name}`, {
    removes: things('image', name),
    effects: deletes(`the image ${name}`, OURS),
    timeoutMs: 5 * 60_000,
    succeedsWith: [0, 1],
  });

function removeOwnCopy({ folders, command: file }: OwnCopy): readonly Action[] {
  const paths = [...(file === undefined ? [] : [file]), ...folders];
  if (paths.length === 0) return [];
  return [
    {
      ...removeFolders(paths, 'Remove the copy of otto-install from this server'),
      removes: things('folder', ...folders),
    },
    removeIfEmpty(PROGRAMS),
  ];
}

const clearPutAway = removeFolders([PUT_AWAY], 'Remove what was set aside');

/** The images that nobody else uses. */
export function unusedImages({ images }: Remains): readonly string[] {
  return images.filter(({ usedBy }) => usedBy.length === 0).map(({ name }) => name);
}

/**
 * The rules for browsers stay while another site is there, or ours because it is not ours to remove; the one for Hermes
 * stays with a Hermes or an Open WebUI that somebody else set up.
 */
export function rulesThatGo({ rules, nginx, units, containers }: Remains, choice: Choice): readonly string[] {
  const goes = goesWith(choice);
  const served = nginx.others.length > 0 || nginx.sites.some((site) => !goes(site));
  const asked = units.some((unit) => unit.name === 'hermes-gateway.service' && !goes(unit));
  const asking = containers.some(({ ours, container }) => !ours && isOpenWebui(container));
  return rules.filter((rule) => (/^(80|443)\//.test(rule) ? !served : !asked && !asking));
}

/**
 * The rules for local ports go with the file that Hermes loads them from. Hermes removes them when it ends; one that somebody else
 * set up keeps running, and one that was interrupted left them.
 */
function forgetsPorts(
  { portRules, helpers }: Remains,
  choice: Choice,
  { hermes }: ReturnType<typeof layout>,
): boolean {
  const goes = goesWith(choice);
  return portRules && !helpers.some((file) => file.path === hermes.ports && !goes(file));
}

const forgetPorts: Command = command(['nft', 'delete', ...PORT_RULES], 'Remove the rules for local ports', {
  effects: deletes('the rules for local ports', OURS),
  timeoutMs: 10_000, // 1: Hermes has done it.
  succeedsWith: [0, 1],
});

const somethingWasThere = ({ nginx, units, helpers }: Remains): boolean =>
  [...nginx.sites, ...units, ...helpers].some(({ whose }) => whose !== 'not-ours');

const asUser = (user: string, argv: Command['argv'], purpose: string): Command =>
  command(argv, purpose, {
    // Root would follow the links that this user can make.
    user,
  });

const foldersOf = (files: readonly PlacedFile[]): readonly string[] => [
  ...new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf('/')))),
];

const removeIfEmpty = (path: string): Action =>
  command(['rmdir', '--ignore-fail-on-non-empty', '--', path], `Remove ${path} if nothing else is in it`, {
    effects: [], // An empty folder.
    timeoutMs: 10_000, // 1: it is gone already.
    succeedsWith: [0, 1],
  });

/**
 * The home goes last, when nobody can become that user any longer. Not with `userdel --remove`: before shadow 4.13 (Ubuntu 24.04 has that) it
 * goes through the home by path.
 */
const removeUser = ({ name, home }: DeployUser): readonly Action[] => [
  deleteAccount(name),
  // 1: not all of it could be removed; the summary at the end looks at what is there then.
  { ...removeFolders([home, `/var/mail/${name}`], `Remove ${home}`), succeedsWith: [0, 1] },
];

/** With its group, which userdel takes along on most machines. */
const removeHeld = (name: string): readonly Action[] => [
  deleteAccount(name),
  command(['groupdel', name], `Remove the group ${name}`, {
    effects: deletes(`the group ${name}`, OURS),
    removes: things('group', name),
    timeoutMs: 60_000, // 6: none has this name any longer.
    succeedsWith: [0, 6],
  }),
];

const deleteAccount = (name: string): Action =>
  command(['userdel', name], `Remove the user ${name}`, {
    effects: deletes(`the user ${name}`, OURS),
    removes: things('user', name),
    timeoutMs: 60_000, // 6: none has this name any longer.
    succeedsWith: [0, 6],
    knownFailures: [
      {
        pattern: 'currently (used|logged in)',
        reason: `A process runs as ${name}, or ${name} is logged in.`,
        next: `End it (ps -u ${name} shows it), then start otto-install again: it continues from there.`,
      },
    ],
  });

const forget: Action = command(
  ['sh', '-s', '--', STATE_DIR, LOG_DIR],
  'Remove what otto-install remembers about this machine',
  { input: template('forget-state.sh', {}), timeoutMs: 60_000 },
);
