import { baseName, type Call, type Machine, NotRehearsed, type Outcome, type Tool } from '../machine.ts';
import { enableAndStart } from '../units.ts';

/** What a package brings that others look at: programs, units, files. */
interface PackageEffects {
  /** Paths of its programs. */
  readonly programs?: readonly string[];
  readonly install?: (machine: Machine) => void;
  /** What runs afterwards, now and with the machine. */
  readonly units?: readonly string[];
}

const DEFAULT_SITE = `server {
    listen 80 default_server;
    listen [::]:80 default_server;
    root /var/www/html;
    server_name _;
}
`;

/** The packages that the runbook and its prerequisites name. */
const PACKAGES: Readonly<Record<string, PackageEffects>> = {
  git: { programs: ['/usr/bin/git'] },
  gh: { programs: ['/usr/bin/gh'] },
  sqlite3: { programs: ['/usr/bin/sqlite3'] },
  jq: { programs: ['/usr/bin/jq'] },
  'python3-pip': { programs: ['/usr/bin/pip3'] },
  'python3-venv': {},
  'docker.io': {
    programs: ['/usr/bin/docker', '/usr/bin/dockerd'],
    units: ['docker.service', 'docker.socket', 'containerd.service'],
  },
  ufw: {
    programs: ['/usr/sbin/ufw'],
    units: ['ufw.service'],
    install: (machine) => machine.files.put('/etc/ufw/ufw.conf', 'ENABLED=no\n'),
  },
  nginx: {
    programs: ['/usr/sbin/nginx'],
    install: (machine) => {
      machine.files.put('/etc/nginx/nginx.conf', 'events {}\nhttp { include /etc/nginx/sites-enabled/*; }\n');
      machine.files.put('/etc/nginx/sites-available/default', DEFAULT_SITE);
      machine.files.link('/etc/nginx/sites-enabled/default', '/etc/nginx/sites-available/default');
    },
    units: ['nginx.service'],
  },
  certbot: { programs: ['/usr/bin/certbot'], units: ['certbot.timer'] },
  'python3-certbot-nginx': {},
};

/** Programs that a package brings, name → path; every other known program is part of the bare droplet. */
const BROUGHT = new Map(
  Object.values(PACKAGES).flatMap(({ programs = [] }) => programs.map((path) => [baseName(path), path])),
);

/** Whether a program is there: part of the bare system, brought by an installed package, or a file of its own. */
export function installed(machine: Machine, program: string): boolean {
  if (program.startsWith('/') && !/^\/(usr\/)?s?bin\//.test(program)) return machine.files.exists(program);
  const path = BROUGHT.get(baseName(program));
  return path === undefined || machine.files.exists(path);
}

/** Puts a package on the machine with its effects, as its maintainer scripts do. */
export function installPackage(machine: Machine, name: string): void {
  if (machine.packages.has(name)) return;
  machine.packages.add(name);
  const { programs = [], install, units = [] } = PACKAGES[name] ?? {};
  for (const path of programs) machine.files.put(path, '', { mode: 0o755 });
  install?.(machine);
  for (const name of units) enableAndStart(machine, name);
}

/** `dpkg-query --show --showformat=${db:Status-Abbrev}\t${Package}\t${Version}\n`. */
const dpkgQuery: Tool = ({ machine, args }) => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: placeholders of dpkg's own
  if (!args.some((arg) => arg.startsWith('--showformat=${db:Status-Abbrev}')))
    throw new NotRehearsed(`dpkg-query ${args.join(' ')}`);
  return {
    exitCode: 0,
    stdout: [...machine.packages].map((name) => `ii \t${name}\t1.0-rehearsed\n`).join(''),
  };
};

const dpkg: Tool = ({ args }) => {
  if (args.includes('--configure') || args.includes('--audit')) return { exitCode: 0 };
  if (args.includes('--print-architecture')) return { exitCode: 0, stdout: 'amd64\n' };
  throw new NotRehearsed(`dpkg ${args.join(' ')}`);
};

const aptGet: Tool = async (call) => {
  const words = call.args.filter((arg, index) => !arg.startsWith('-') && call.args[index - 1] !== '-o');
  switch (words[0]) {
    case 'update':
      return update(call);
    case 'install':
      return install(call, words.slice(1));
    default:
      throw new NotRehearsed(`apt-get ${call.args.join(' ')}`);
  }
};

async function update({ machine, line, signal }: Call): Promise<Outcome> {
  for (const part of ['noble InRelease', 'noble-updates InRelease', 'noble-security InRelease']) {
    line(`Get: ${part}`);
    await machine.wait(700, signal);
  }
  machine.files.put('/var/lib/apt/lists/rehearsed_Packages', '');
  machine.files.put('/var/cache/apt/pkgcache.bin', '');
  line('Reading package lists... Done');
  return { exitCode: 0 };
}

async function install({ machine, line, signal }: Call, names: readonly string[]): Promise<Outcome> {
  line(`The following NEW packages will be installed: ${names.join(' ')}`);
  for (const name of names) {
    line(`Setting up ${name} (1.0-rehearsed) ...`);
    await machine.wait(1500, signal);
    if (signal?.aborted) return { exitCode: 143 };
    installPackage(machine, name);
  }
  return { exitCode: 0 };
}

export const packageTools = { 'dpkg-query': dpkgQuery, dpkg, 'apt-get': aptGet } satisfies Record<
  string,
  Tool
>;
