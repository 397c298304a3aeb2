import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { deletes, notOurs } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { type Container, removeContainer } from '../../system/docker/docker.ts';
import { DAEMON_FAILURES } from '../../system/docker/docker-failures.ts';
import type { Account, Accounts } from '../../system/web-apps/open-webui-accounts.ts';
import { minuteText } from '../../text/time.ts';
import { isOurs } from '../containers.ts';
import { found } from '../finding.ts';
import { DATA_INSIDE } from '../open-webui/creation-spec.ts';
import { isNoted, note } from './administrators.ts';
import { type ClaimFacts, claim } from './claim.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** What is known about the administrators in addition to their accounts. */
export interface StrangerFacts extends ClaimFacts {
  readonly container: Container | undefined;
  /** Who signed in when this Otto was proved the last time: an account that was there then, whatever it is called now. */
  readonly proved: string | undefined;
}

/** Pure. Administrators that no operator named. */
export function judgeStrangers(
  facts: StrangerFacts,
  accounts: Accounts,
  answers: Answers,
): readonly Finding[] {
  const { container, administrators, proved } = facts;
  const admins = accounts.admins.filter(({ active }) => active);
  const adopted = container !== undefined && !isOurs(container);
  // An administrator who once signed in as the named one has a new address now; somebody who claimed it first could
  // never have done that.
  const wasOurs = proved !== undefined && isSame(proved, answers.adminEmail);
  // What was found in somebody else's Open WebUI was not named by anybody, except for an account whose password somebody gave: it has
  // signed in with it.
  const isNamed = ({ email }: Account) =>
    isNoted(administrators, email) || ((!adopted || wasOurs) && isSame(email, answers.adminEmail));
  const strangers = admins.filter((admin) => !isNamed(admin));
  if (strangers.length === 0) return [];
  const nobodyOfOurs = !admins.some(isNamed);
  if (nobodyOfOurs && !adopted && !wasOurs) return [claimedByAnother(facts, strangers, accounts, answers)];
  return [notNamed(facts, strangers, adopted, answers)];
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

function notNamed(
  facts: StrangerFacts,
  strangers: readonly Account[],
  adopted: boolean,
  answers: Answers,
): Finding {
  const one = strangers.length === 1;
  return found(FINDINGS['administrator-not-named'], {
    evidence: `Open WebUI has ${one ? 'an administrator' : `${strangers.length} administrators`} that nobody named to otto-install: ${strangers.map(shown).join(', ')}.`,
    values: { adopted, adminEmail: answers.adminEmail, one },
    fixes: [accept(facts, strangers)],
  });
}

function claimedByAnother(
  facts: StrangerFacts,
  strangers: readonly Account[],
  accounts: Accounts,
  answers: Answers,
): Finding {
  const startOver = startAgain(facts, accounts, answers);
  return found(FINDINGS['administrator-is-a-stranger'], {
    evidence: `Open WebUI is administered by ${strangers.map(shown).join(' and ')}; ${answers.adminEmail} is not an administrator there.`,
    fixes: [...(startOver === undefined ? [] : [startOver]), accept(facts, strangers)],
  });
}

const shown = ({ email, createdMs }: Account): string =>
  createdMs === undefined ? email : `${email} (since ${minuteText(createdMs)})`;

function accept(facts: StrangerFacts, admins: readonly Account[]): Fix {
  const emails = admins.map(({ email }) => email);
  const one = emails.length === 1;
  return {
    id: 'accept-administrators',
    title: `Record that ${emails.join(', ')} ${one ? 'is an administrator' : 'are administrators'}`,
    actions: note(facts, emails),
    consequence: `${emails.join(', ')} ${one ? 'counts' : 'count'} as named by you from then on, and ${one ? 'is' : 'are'} no longer reported. Nothing changes in Open WebUI.`,
  };
}

/** undefined where the data is elsewhere than below /opt: in a folder of somebody else root renames nothing. */
function startAgain(facts: StrangerFacts, { count }: Accounts, answers: Answers): Fix | undefined {
  const { container, nowMs } = facts;
  const place = layout(answers).openWebui;
  const source = container?.mounts.find(({ target }) => target === DATA_INSIDE)?.source;
  if (answers.openWebuiData !== undefined || (container !== undefined && source !== place.data))
    return undefined;
  const beside = `${place.data}-of-another`;
  const aside = `${beside}-${new Date(nowMs)
    .toISOString()
    .replace(/[^0-9]/g, '')
    .slice(0, 14)}`;
  const run = (argv: readonly [string, ...string[]], purpose: string): Action =>
    command(argv, purpose, {
      timeoutMs: 120_000,
      knownFailures: DAEMON_FAILURES,
      effects: deletes('the Open WebUI of somebody else', notOurs),
    });
  const away =
    container === undefined
      ? []
      : [
          run(['docker', 'stop', '-t', '60', place.container], 'Stop Open WebUI'),
          run(removeContainer(place.container), 'Remove its container; its data stays'),
        ];
  return {
    id: 'start-over',
    title: `Start again with an empty Open WebUI, with ${answers.adminEmail} as its administrator`,
    actions: [
      ...away,
      run(['mv', '-T', '--', place.data, aside], `Keep its data as ${aside}`),
      ...claim(facts, answers),
    ],
    consequence: `Open WebUI is unavailable for about a minute and starts empty: ${count === 1 ? 'its only account' : `all ${count} accounts`}, chats and settings are kept in a folder whose name begins with ${beside}, and no longer used. ${answers.adminEmail} signs in with the password of these answers.`,
  };
}
