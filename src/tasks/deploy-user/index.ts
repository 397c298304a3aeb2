import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { deletes, leadsElsewhere, notOurs, opens } from '../../engine/contracts/effect.ts';
import { things } from '../../engine/contracts/thing.ts';
import { type Account, parsePasswd } from '../../host/accounts.ts';
import type { FileStat, Host } from '../../host/host.ts';
import {
  accountCommand,
  addUser,
  maySudo,
  type PasswordState,
  parseGroups,
  parsePasswordState,
  refusesLogin,
} from '../../system/accounts/users.ts';
import { judgeAbove, type OpenFolder, openFoldersAbove } from '../above-data.ts';
import { found } from '../finding.ts';
import type { OttoTask } from '../otto-task.ts';
import { FINDINGS, type Finding, POWERFUL_GROUPS } from './findings.ts';
import { judgeOpt } from './opt.ts';

export interface DeployUserFacts {
  readonly user: Account | undefined;
  /** Whether a group of the same name is there. */
  readonly groupExists: boolean;
  readonly groups: readonly string[];
  readonly password: PasswordState;
  readonly sudo: boolean;
  readonly home: FileStat | undefined;
  /** /opt/<user> */
  readonly opt: FileStat | undefined;
  /** Folders above the data in which others than root can put what they like. */
  readonly above: readonly OpenFolder[];
}

async function look(host: Host, answers: Answers): Promise<DeployUserFacts> {
  const { opt: place, openWebui, paperclip } = layout(answers);
  const [passwd, group, groups, password, sudo, opt, above] = await Promise.all([
    host.exec(['getent', 'passwd', answers.user]),
    host.exec(['getent', 'group', answers.user]),
    host.exec(['id', '-Gn', answers.user]),
    host.exec(['passwd', '-S', answers.user]),
    host.exec(['sudo', '-n', '-l', '-U', answers.user]),
    host.stat(place),
    openFoldersAbove(host, [place, openWebui.data, paperclip.data]),
  ]);
  const user = parsePasswd(passwd.stdout)[0];
  return {
    user,
    groupExists: group.exitCode === 0,
    groups: user === undefined ? [] : parseGroups(groups.stdout),
    password: parsePasswordState(password.stdout),
    sudo: maySudo(sudo.stdout),
    home: user === undefined ? undefined : await host.stat(user.home),
    opt,
    above,
  };
}

function judge(facts: DeployUserFacts, answers: Answers): readonly Finding[] {
  return [
    ...judgeUser(facts, answers),
    ...judgePower(facts, answers),
    ...judgeOpt(facts, answers),
    ...judgeAbove(facts.above, layout(answers).opt).map((seen) =>
      found(FINDINGS['data-below-open-folder'], seen),
    ),
  ];
}

function judgeUser(
  { user, groupExists, password, home }: DeployUserFacts,
  answers: Answers,
): readonly Finding[] {
  const name = answers.user;
  if (user === undefined)
    return [
      found(FINDINGS['deploy-user-missing'], {
        evidence: `There is no user ${name}.`,
        fixes: [
          {
            id: 'create-user',
            title: `Create the user ${name}`,
            actions: [
              accountCommand(addUser(name, groupExists), `Create ${name} with a home, bash and no password`, {
                makes: things('user', name),
              }),
            ],
          },
        ],
      }),
    ];
  if (user.uid === 0)
    return [
      found(FINDINGS['deploy-user-is-root'], { evidence: `${name} is root under another name (uid 0).` }),
    ];
  const findings: Finding[] = [];
  if (!groupExists)
    findings.push(
      found(FINDINGS['deploy-user-group-missing'], {
        evidence: `There is no group ${name}.`,
        values: { name },
        fixes: [
          {
            id: 'create-group',
            title: `Create the group ${name}`,
            actions: [
              accountCommand(['groupadd', name], `Create the group ${name}`, {
                makes: things('group', name),
              }),
            ],
          },
        ],
      }),
    );
  if (password === 'empty')
    findings.push(
      found(FINDINGS['deploy-user-password-empty'], {
        evidence: `The password of ${name} is empty.`,
        values: { name },
        fixes: [
          {
            id: 'lock-password',
            title: 'Lock the empty password',
            actions: [accountCommand(['passwd', '-l', name], `Lock the password of ${name}`)],
          },
        ],
      }),
    );
  if (refusesLogin(user.shell))
    findings.push(
      found(FINDINGS['deploy-user-shell'], {
        evidence: `The shell of ${name} is ${user.shell}.`,
        values: { name },
        fixes: [
          {
            id: 'give-bash',
            title: `Give ${name} bash as its shell`,
            consequence: `${name} can then log in to this machine.`,
            actions: [
              accountCommand(['usermod', '--shell', '/bin/bash', name], `Give ${name} bash as its shell`, {
                effects: opens(`this machine to logins of ${name}`, notOurs),
              }),
            ],
          },
        ],
      }),
    );
  const place = layout(answers).home;
  if (user.home !== place)
    findings.push(
      found(FINDINGS['deploy-user-home-elsewhere'], {
        evidence: `The home of ${name} is ${user.home}.`,
        values: { place },
        fixes: [
          {
            id: 'move-home',
            title: `Move the home to ${place}`,
            consequence: `The files in ${user.home} move to ${place}. ${name} must not be logged in meanwhile.`,
            actions: [
              accountCommand(
                ['usermod', '--home', place, '--move-home', name],
                `Move the home of ${name} to ${place}`,
                {
                  timeoutMs: 10 * 60_000,
                  effects: leadsElsewhere(`the home of ${name}`, notOurs),
                },
              ),
            ],
          },
        ],
      }),
    );
  else if (home === undefined)
    findings.push(
      found(FINDINGS['deploy-user-home-missing'], {
        evidence: `The home of ${name}, ${user.home}, does not exist.`,
        fixes: [
          {
            id: 'create-home',
            title: `Create ${user.home}`,
            actions: [
              accountCommand(
                ['install', '-d', '-m', '0750', '-o', name, '-g', String(user.gid), user.home],
                `Create ${user.home}`,
                { makes: things('folder', user.home) },
              ),
            ],
          },
        ],
      }),
    );
  else if (home.kind === 'directory' && home.uid !== user.uid)
    findings.push(
      found(FINDINGS['deploy-user-home-owner'], {
        evidence: `${user.home} belongs to ${home.owner}.`,
        values: { name },
        fixes: [
          {
            id: 'give-home-to-user',
            title: `Give ${user.home} to ${name}`,
            consequence: 'Only the folder itself gets a new owner; the files in it keep theirs.',
            actions: [
              accountCommand(
                ['chown', '--no-dereference', `${user.uid}:${user.gid}`, user.home],
                `Give ${user.home} to ${name}`,
              ),
            ],
          },
        ],
      }),
    );
  return findings;
}

function judgePower({ user, groups, sudo }: DeployUserFacts, answers: Answers): readonly Finding[] {
  const name = answers.user;
  if (user === undefined) return [];
  const powerful = POWERFUL_GROUPS.filter((group) => groups.includes(group));
  const findings: Finding[] = powerful.map((group) =>
    found(FINDINGS[`deploy-user-in-${group}`], {
      evidence: `${name} is in the group ${group}.`,
      values: { name },
      fixes: [
        {
          id: 'remove-from-group',
          title: `Remove ${name} from ${group}`,
          consequence: `${name} can no longer use ${group === 'docker' ? 'docker' : group === 'sudo' ? 'sudo' : `what ${group} allows`}.`,
          actions: [
            accountCommand(['gpasswd', '--delete', name, group], `Remove ${name} from the group ${group}`, {
              effects: deletes(`${name} from the group ${group}`, notOurs),
            }),
          ],
        },
      ],
    }),
  );
  if (sudo && !powerful.some((group) => ['sudo', 'admin', 'wheel', 'root'].includes(group)))
    findings.push(
      found(FINDINGS['deploy-user-may-sudo'], {
        evidence: `sudo lets ${name} run commands as another user (a file in /etc/sudoers.d says so).`,
        values: { name },
      }),
    );
  return findings;
}

/** Prerequisites: the user that Hermes runs as, and the folder for the data of the containers. */
export const deployUserTask: OttoTask<DeployUserFacts, Finding> = {
  id: 'deploy-user',
  title: 'Deploy user',
  step: 'Prerequisites',
  why: 'Hermes runs commands for anyone who chats with it, so it gets its own user, without a password, without sudo and not in the group docker.',
  needs: ['machine'],
  look,
  judge,
};
