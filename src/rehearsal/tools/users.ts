import { type Machine, NotRehearsed, type Tool, type User } from '../machine.ts';

/** The line of /etc/passwd. */
function passwdLine(user: User): string {
  return `${user.name}:x:${user.id}:${user.id}::${user.home}:${user.shell}\n`;
}

/** Adds a user with a home and a group of its own. */
export function addUser(machine: Machine, name: string, id: number, home: string, shell = '/bin/bash'): void {
  machine.users.set(name, { name, id, home, shell, groups: [name] });
  machine.files.makeDirectory(home, { mode: name === 'root' ? 0o700 : 0o755, owner: `${name}:${name}` });
}

const getent: Tool = ({ machine, args: [database, key] }) => {
  if (key === undefined) {
    const all = [...machine.users.values()];
    const groups = all.map(({ name, id }) => `${name}:x:${id}:\n`).join('');
    return { exitCode: 0, stdout: database === 'passwd' ? all.map(passwdLine).join('') : groups };
  }
  const user = machine.users.get(key ?? '');
  if (database === 'passwd') return user ? { exitCode: 0, stdout: passwdLine(user) } : { exitCode: 2 };
  if (database === 'group') {
    const members = [...machine.users.values()].filter(
      (known) => known.groups.includes(key ?? '') && known.name !== key,
    );
    const exists = user !== undefined || ['sudo', 'docker'].includes(key ?? '');
    return exists
      ? {
          exitCode: 0,
          stdout: `${key}:x:${user?.id ?? 27}:${members.map((known) => known.name).join(',')}\n`,
        }
      : { exitCode: 2 };
  }
  throw new NotRehearsed(`getent ${database}`);
};

const id: Tool = ({ machine, args, user: caller }) => {
  const user = machine.users.get(args.find((arg) => !arg.startsWith('-')) ?? caller);
  if (user === undefined) return { exitCode: 1, stderr: `id: '${args.at(-1)}': no such user\n` };
  const asNames = args.some((arg) => /^-\w*n/.test(arg) || arg === '--name');
  if (args.some((arg) => /^-\w*G/.test(arg) || arg === '--groups')) {
    return { exitCode: 0, stdout: `${asNames ? user.groups.join(' ') : user.id}\n` };
  }
  return { exitCode: 0, stdout: `${asNames ? user.name : user.id}\n` };
};

const useradd: Tool = ({ machine, args }) => {
  const name = args.at(-1) ?? '';
  if (machine.users.has(name)) return { exitCode: 9, stderr: `useradd: user '${name}' already exists\n` };
  const option = (flag: string) => args[args.indexOf(flag) + 1] ?? '';
  if (args.includes('--system')) {
    const [home, shell] = [option('--home-dir'), option('--shell')];
    machine.users.set(name, { name, id: Number(option('--uid')), home, shell, groups: [name] });
    return { exitCode: 0 };
  }
  const people = [...machine.users.values()].filter((user) => user.id >= 1000);
  addUser(machine, name, 1000 + people.length, `/home/${name}`);
  return { exitCode: 0 };
};

/** A group comes with its user here. */
const groupadd: Tool = () => ({ exitCode: 0 });

/** A new user has no password: locked. */
const passwd: Tool = ({ machine, args }) => {
  const name = args.at(-1) ?? '';
  if (args[0] !== '-S') throw new NotRehearsed(`passwd ${args.join(' ')}`);
  if (!machine.users.has(name)) return { exitCode: 1, stderr: `passwd: user '${name}' does not exist\n` };
  return { exitCode: 0, stdout: `${name} L 2026-11-22 0 99999 7 -1\n` };
};

/** What a user may do as root; nobody here may do anything. */
const sudo: Tool = ({ machine, args }) => {
  const name = args.at(-1) ?? '';
  if (!args.includes('-l')) throw new NotRehearsed(`sudo ${args.join(' ')}`);
  if (!machine.users.has(name)) return { exitCode: 1, stderr: `sudo: unknown user ${name}\n` };
  return { exitCode: 0, stdout: `User ${name} is not allowed to run sudo on ${machine.hostName}.\n` };
};

export const userTools = { getent, id, useradd, groupadd, passwd, sudo } satisfies Record<string, Tool>;
