import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, Command, KnownFailure, WriteFile } from '../../engine/contracts/action.ts';
import { command, writeFile } from '../../engine/contracts/command.ts';
import { notOurs, replaces } from '../../engine/contracts/effect.ts';
import { things } from '../../engine/contracts/thing.ts';
import { type SecretText, sameText } from '../../secret/secret.ts';
import type { Container } from '../../system/docker/docker.ts';
import { askInside } from '../../system/docker/inside-network.ts';
import { envIn, setInEnvFile, settingIn } from '../../system/formats/env-file.ts';
import { CURL, curlInput } from '../../system/network/curl.ts';
import { template } from '../../system/templates.ts';
import { claimRequests } from '../../system/web-apps/paperclip-api.ts';
import { fileTime } from '../../text/time.ts';
import { remove, run, start, stop } from '../managed-container/actions.ts';
import { fetchNoted } from '../managed-container/image-note.ts';
import { dataProgram, giveData, idVariables, makeAccount } from './account.ts';
import { DATABASE } from './data.ts';
import type { PaperclipFacts } from './facts.ts';
import { INSIDE, managedPaperclip, paperclipBase } from './managed.ts';

const SIGN_UP_CLOSED = 'PAPERCLIP_AUTH_DISABLE_SIGN_UP=true';

/** Its env file closes the sign-up. */
export const closesSignUp = ({ envFile }: Pick<PaperclipFacts, 'envFile'>): boolean =>
  settingIn(envIn(envFile, 'docker'), 'PAPERCLIP_AUTH_DISABLE_SIGN_UP') === 'true';

/** Whether nobody but root can reach it: neither a published port nor an address on Docker's bridge. */
export const isUnreachable = ({ networkMode }: Container): boolean => networkMode === 'none';

/** Whether nobody may sign up there. */
export const isClosed = ({ env }: Container): boolean =>
  settingIn(env, 'PAPERCLIP_AUTH_DISABLE_SIGN_UP') === 'true';

/** How a container of ours should be. */
interface Wanted {
  /** Nobody may sign up. */
  readonly closed: boolean;
  /** On 127.0.0.1:3000, and on Docker's bridge. Otherwise nobody on this machine but root can reach it. */
  readonly reachable: boolean;
}

/**
 * Everything that a first start needs. What is there is used: the image, the folder with its data, the secret. Nobody can reach
 * it: whether it has an administrator is seen, and one is made, before anybody else can ask.
 */
export function deploy(facts: PaperclipFacts, answers: Answers): readonly Action[] {
  const { data } = layout(answers).paperclip;
  const { uid, gid } = facts.account;
  // With a file that closes the sign-up there was an administrator before; look again tells if there is not.
  const closed = closesSignUp(facts);
  return [
    ...(facts.imageThere ? [] : fetchNoted(answers.paperclipImage, "Paperclip's image", facts.imageNote)),
    ...makeAccount(facts.account),
    ...(facts.data.owner === undefined
      ? [
          command(
            ['install', '-d', '-m', '0700', '-o', String(uid), '-g', String(gid), data],
            "Create the folder for Paperclip's data",
            { makes: things('folder', data), timeoutMs: 10_000 },
          ),
        ]
      : ownData(facts, data)),
    ...writeEnvFile(facts, answers, closed),
    runIt(facts, answers, false),
  ];
}

/** A new container over the same data: environment, ports and network are fixed when a container is created. */
export function recreateAs(facts: PaperclipFacts, answers: Answers, wanted: Wanted): readonly Action[] {
  const managed = managedPaperclip(answers);
  return [
    ...makeAccount(facts.account),
    ...writeEnvFile(facts, answers, wanted.closed),
    stop(managed),
    remove(managed, 'Remove its container'),
    ...ownData(facts, managed.data.folder),
    runIt(facts, answers, wanted.reachable),
  ];
}

/** Where unused data goes. */
export const asideOf = ({ data, nowMs }: PaperclipFacts): string => `${data.folder}.aside-${fileTime(nowMs)}`;

/** An empty one instead of this one, whose data is kept: without a network, so that its administrator can be created. */
export function startEmpty(facts: PaperclipFacts, answers: Answers): readonly Action[] {
  const { folder } = facts.data;
  // An environment that closes the sign-up would make the new one a dead end.
  const [stop, remove] = recreateAs(facts, answers, { closed: false, reachable: false }).filter(
    (action) => action.kind === 'run' && action.argv[0] === 'docker',
  );
  return [
    ...(stop === undefined || remove === undefined ? [] : [stop, remove]),
    command(['mv', '-T', '--', folder, asideOf(facts)], 'Keep the data under another name', {
      effects: replaces(folder, notOurs),
      timeoutMs: 10_000,
    }),
    ...writeEnvFile(facts, answers, false),
    ...deploy({ ...facts, envFile: undefined, data: { ...facts.data, owner: undefined } }, answers).filter(
      ({ kind }) => kind !== 'write-file',
    ),
  ];
}

/** The data goes to the account that Paperclip runs as, where somebody else has it: an earlier release of ours, a restored backup. */
const ownData = ({ data, account }: PaperclipFacts, folder: string): readonly Command[] =>
  data.owner === account.uid || data.owner === undefined ? [] : [giveData(folder, account)];

/**
 * Removes the stale lock file of a database that was interrupted. Only while it is stopped and no other database works
 * there: that one would lose its own lock file.
 */
export function takeLockAway(
  { id }: Pick<Container, 'id'>,
  data: string,
  answers: Answers,
): readonly Action[] {
  const managed = managedPaperclip(answers);
  return [
    stop(managed, id.slice(0, 12)),
    dataProgram(['forget-mark', data, DATABASE], 'Remove the stale lock file of its database'),
    start(managed, id.slice(0, 12)),
  ];
}

/** Signs up, signs in and claims, in one curl: the session's cookie stays in its memory. */
export const claim = (answers: Answers): Action =>
  claiming(answers, { argv: CURL, input: curlInput(claimRequests(paperclipBase, accountOf(answers))) });

/** The same from inside the network of a container that nobody else can reach. */
export const claimInside = (answers: Answers): Action =>
  claiming(
    answers,
    askInside(
      layout(answers).paperclip.container,
      claimRequests(`http://127.0.0.1:${INSIDE}`, accountOf(answers)),
    ),
  );

const accountOf = ({ adminName, adminEmail, adminPassword }: Answers) => ({
  name: adminName,
  email: adminEmail,
  password: adminPassword,
});

const claiming = (answers: Answers, { argv, input }: Pick<Command, 'argv' | 'input'>): Command =>
  command(argv, `Make ${answers.adminEmail} Paperclip's administrator`, {
    input,
    timeoutMs: 120_000,
    knownFailures: CLAIM_FAILURES,
  });

const CLAIM_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'returned error: 401',
    reason: 'Paperclip has an account with this e-mail address and another password.',
    next: 'Use the password of that account, or another e-mail address.',
  },
  {
    pattern: 'returned error: 409',
    reason: 'Somebody else has claimed this Paperclip.',
    next: 'Ask your people who did. If nobody did, remove the container and its data folder and install Paperclip again.',
  },
  {
    pattern: 'returned error: 403',
    reason: 'Paperclip refuses requests for this address.',
    next: 'Look at PAPERCLIP_PUBLIC_URL and PAPERCLIP_ALLOWED_HOSTNAMES in its environment.',
  },
];

const runIt = ({ logLimit }: PaperclipFacts, answers: Answers, reachable: boolean): Command =>
  run(managedPaperclip(answers), {
    hidden: !reachable,
    log: logLimit,
    ...(reachable ? {} : { purpose: 'Start Paperclip where nobody else can reach it' }),
  });

/** An existing file keeps everything but the line for the sign-up; nothing to do when that line is already right. */
function writeEnvFile(facts: PaperclipFacts, answers: Answers, closed: boolean): readonly WriteFile[] {
  const content = envFile(facts, answers, closed);
  if (content === undefined) return [];
  return [
    writeFile(
      layout(answers).paperclip.envFile,
      content,
      0o600,
      closed ? "Close Paperclip's sign-up" : "Keep Paperclip's secret where only root can read it",
    ),
  ];
}

function envFile(facts: PaperclipFacts, answers: Answers, closed: boolean): SecretText | undefined {
  const secret = facts.secret ?? answers.paperclipSecret;
  const ids = idVariables(facts.account);
  if (facts.envFile === undefined)
    return template('paperclip.env', {
      secret,
      uid: ids.USER_UID,
      gid: ids.USER_GID,
      signUp: closed ? `# The sign-up is closed: the first account exists.\n${SIGN_UP_CLOSED}` : OPEN,
    });
  const changes = { BETTER_AUTH_SECRET: secret, PAPERCLIP_AUTH_DISABLE_SIGN_UP: String(closed), ...ids };
  const wanted = setInEnvFile(facts.envFile, changes, 'docker');
  return sameText(wanted, facts.envFile) ? undefined : wanted;
}

const OPEN = [
  '# The sign-up is open until the first account exists: closed before, nobody could ever sign in.',
  'PAPERCLIP_AUTH_DISABLE_SIGN_UP=false',
].join('\n');
