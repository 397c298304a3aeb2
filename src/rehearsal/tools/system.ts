import { NotRehearsed, type Tool } from '../machine.ts';
import { CLAUDE_VERSION } from './claude.ts';

const ss: Tool = ({ machine, args }) => {
  if (args.join(' ') === '-Hltnp') {
    const lines = [...machine.listeners.values()].map(
      ({ address, port, process, pid }) =>
        `LISTEN 0 128 ${address}:${port} 0.0.0.0:* users:(("${process}",pid=${pid},fd=3))\n`,
    );
    return { exitCode: 0, stdout: lines.join('') };
  }
  // Who is connected: the operator, over ssh, and nobody else.
  if (args.join(' ').startsWith('-Htnp state established')) {
    return {
      exitCode: 0,
      stdout: `0      0      ${machine.address}:22 198.51.100.20:50412 users:(("sshd",pid=933,fd=4))\n`,
    };
  }
  if (args.join(' ').startsWith('-Htn state established sport')) return { exitCode: 0 };
  throw new NotRehearsed(`ss ${args.join(' ')}`);
};

const ip: Tool = ({ machine, args }) => {
  const words = args.filter((arg) => !arg.startsWith('-')).join(' ');
  const link = (ifname: string, local: string, prefixlen: number) => ({
    ifname,
    addr_info: [{ family: 'inet', local, prefixlen, scope: 'global' }],
  });
  const links = [link('eth0', machine.address, 20)];
  if (machine.packages.has('docker.io')) links.push(link('docker0', machine.bridge, 16));
  if (/^addr(ess)?( show)?$/.test(words)) return { exitCode: 0, stdout: JSON.stringify(links) };
  throw new NotRehearsed(`ip ${args.join(' ')}`);
};

/** 84 GB with 76 GB free, on one file system. */
const df: Tool = ({ args }) => {
  const [unit, columns, ...paths] = args.filter((arg) => arg !== '--');
  const sizes = '84000000000 76000000000';
  if (unit === '-B1' && columns === '--output=size,avail' && paths.length === 1)
    return { exitCode: 0, stdout: `1B-blocks Avail\n${sizes}\n` };
  if (unit === '-B1' && columns === '--output=size,avail,target')
    return { exitCode: 0, stdout: `1B-blocks Avail Mounted on\n${paths.map(() => `${sizes} /\n`).join('')}` };
  if (unit === '-B1' && columns === '--output=size,avail,itotal,iavail,target') {
    const lines = paths.map(() => `${sizes} 5000000 4500000 /\n`);
    return { exitCode: 0, stdout: `1B-blocks Avail Inodes IFree Mounted on\n${lines.join('')}` };
  }
  throw new NotRehearsed(`df ${args.join(' ')}`);
};

/** What a folder takes, in bytes; packages in memory have no files, and count as much as real ones. */
const du: Tool = ({ machine, args }) => {
  const [size, unit, ...paths] = args.filter((arg) => arg !== '--');
  if (size !== '-s' || unit !== '-B1') throw new NotRehearsed(`du ${args.join(' ')}`);
  const bytes = (path: string) => {
    const files = machine.files
      .below(path)
      .reduce((sum, file) => sum + (machine.files.stat(file)?.size ?? 0), 0);
    return files + (path.endsWith('/venv') ? 480_000_000 : 0);
  };
  return { exitCode: 0, stdout: paths.map((path) => `${bytes(path)}\t${path}\n`).join('') };
};

/** Only `stat --format='%i %n'` of lock files that nobody holds. */
const stat: Tool = ({ machine, args }) => {
  const paths = args.filter((arg) => arg.startsWith('/'));
  const there = paths.filter((path) => machine.files.exists(path));
  return {
    exitCode: there.length === paths.length ? 0 : 1,
    stdout: there.map((path, index) => `${1000 + index} ${path}\n`).join(''),
  };
};

const npm: Tool = async ({ machine, args, signal }) => {
  if (args.join(' ') === 'config get registry')
    return { exitCode: 0, stdout: 'https://npm-packages.example/\n' };
  if (args.join(' ') === '--version') return { exitCode: 0, stdout: '9.2.0\n' };
  const prefix = args[args.indexOf('--prefix') + 1];
  const name = args.find((arg) => arg.startsWith('@anthropic-ai/'));
  if (name === undefined || prefix === undefined) throw new NotRehearsed(`npm ${args.join(' ')}`);
  await machine.wait(6500, signal);
  const folder = name.replace(/(?<=.)@[^/]+$/, '');
  machine.files.put(`${prefix}/node_modules/${folder}/claude`, '', { mode: 0o755 });
  machine.files.put(`${prefix}/node_modules/${folder}/package.json`, `{"version":"${CLAUDE_VERSION}"}`);
  return { exitCode: 0, stdout: 'added 1 package\n' };
};

const print =
  (stdout: string): Tool =>
  () => ({ exitCode: 0, stdout });

/** Scripts of ours that come on stdin; the first line names them. */
const bash: Tool = async ({ machine, args, input }) => {
  if (!input.startsWith('# otto-install: new-connection')) throw new NotRehearsed(`bash ${args.join(' ')}`);
  await machine.wait(900);
  const ports = args.slice(2).map(Number);
  const shut = ports.find(
    (port) => machine.firewall.active && !machine.firewall.rules.includes(`allow ${port}/tcp`),
  );
  if (shut !== undefined) return { exitCode: 1, stdout: `port ${shut}: a new connection does not get in\n` };
  return {
    exitCode: 0,
    stdout: ports.map((port) => `port ${port}: a new connection is greeted with SSH-2.0\n`).join(''),
  };
};

export const systemTools = {
  bash,
  ss,
  ip,
  df,
  du,
  stat,
  npm,
  uname: print('x86_64\n'),
  nproc: print('4\n'),
  timedatectl: print('Timezone=Etc/UTC\nCanNTP=yes\nNTP=yes\nNTPSynchronized=yes\n'),
} satisfies Record<string, Tool>;
