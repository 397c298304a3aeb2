import { baseName, type Call, type Machine, NotRehearsed, type Outcome, type Tool } from '../machine.ts';
import { NFT } from '../nftables.ts';
import { enableAndStart } from '../units.ts';

/** What a package brings that others look at: programs, units, files. */
interface PackageEffects {
  /** Packages that apt installs with it. */
  readonly needs?: readonly string[];
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

/** The packages that the runbook and its prerequisites name, with some of what they bring along. */
const PACKAGES: Readonly<Record<string, PackageEffects>> = {
  git: { programs: ['/usr/bin/git'], needs: ['git-man', 'liberror-perl'] },
  gh: { programs: ['/usr/bin/gh'] },
  sqlite3: { programs: ['/usr/bin/sqlite3'] },
  'python3-pip': {
    programs: ['/usr/bin/pip3'],
    needs: ['python3-setuptools', 'python3-wheel'],
  },
  'python3-venv': { needs: ['python3-pip-whl', 'python3-setuptools-whl', 'python3.12-venv'] },
  'docker.io': {
    programs: ['/usr/bin/docker', '/usr/bin/dockerd'],
    needs: ['bridge-utils', 'containerd', 'dns-root-data', 'dnsmasq-base', 'pigz', 'runc'],
    units: ['docker.service', 'docker.socket', 'containerd.service'],
  },
  nftables: { programs: [NFT] },
  ufw: {
    programs: ['/usr/sbin/ufw'],
    needs: ['iptables'],
    units: ['ufw.service'],
    install: (machine) => machine.files.put('/etc/ufw/ufw.conf', 'ENABLED=no\n'),
  },
  nginx: {
    programs: ['/usr/sbin/nginx'],
    needs: ['nginx-common'],
    install: (machine) => {
      machine.files.put('/etc/nginx/nginx.conf', 'events {}\nhttp { include /etc/nginx/sites-enabled/*; }\n');
      machine.files.put('/etc/nginx/sites-available/default', DEFAULT_SITE);
      machine.files.link('/etc/nginx/sites-enabled/default', '/etc/nginx/sites-available/default');
    },
    units: ['nginx.service'],
  },
  certbot: {
    programs: ['/usr/bin/certbot'],
    needs: [
      'python3-acme',
      'python3-certbot',
      'python3-configargparse',
      'python3-josepy',
      'python3-parsedatetime',
    ],
    units: ['certbot.timer'],
  },
  'python3-certbot-nginx': { needs: ['python3-pyparsing'] },
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
    stdout: [...machine.packages].map((name) => `ii \t${name}\t1.0\n`).join(''),
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

/** How long apt takes for each part of each package. */
const STEP_MS = { Get: 250, Unpacking: 400, 'Setting up': 800 } as const;

async function update({ machine, line, signal }: Call): Promise<Outcome> {
  for (const [index, suite] of ['noble', 'noble-updates', 'noble-security'].entries()) {
    line(`Get:${index + 1} http://packages.example/ubuntu ${suite} InRelease`);
    await machine.wait(1500, signal);
    if (signal?.aborted) return { exitCode: 143 };
  }
  machine.files.put('/var/lib/apt/lists/packages.example_ubuntu_dists_noble_main_binary-amd64_Packages', '');
  line('Reading package lists...');
  return { exitCode: 0 };
}

/** Downloads, unpacks and sets up what is asked for and what that needs, each in turn. */
async function install({ machine, line, signal }: Call, given: readonly string[]): Promise<Outcome> {
  // Noble has no package of its own for Docker's client.
  const names = given.filter((name) => !/^\?exact-name\(.*\)$/.test(name));
  const unknown = names.find((name) => PACKAGES[name] === undefined);
  if (unknown !== undefined) return { exitCode: 100, stderr: `E: Unable to locate package ${unknown}\n` };
  const wanted = names.flatMap((name) => [...(PACKAGES[name]?.needs ?? []), name]);
  const all = [...new Set(wanted)].filter((name) => !machine.packages.has(name));
  line('The following NEW packages will be installed:');
  line(`  ${all.join(' ')}`);
  line(`0 upgraded, ${all.length} newly installed, 0 to remove and 0 not upgraded.`);
  for (const step of ['Get', 'Unpacking', 'Setting up'] as const) {
    for (const [index, name] of all.entries()) {
      line(
        step === 'Get'
          ? `Get:${index + 1} http://packages.example/ubuntu noble ${name}`
          : `${step} ${name} (1.0) ...`,
      );
      await machine.wait(STEP_MS[step], signal);
      if (signal?.aborted) return { exitCode: 143 };
      if (step === 'Setting up') installPackage(machine, name);
    }
  }
  return { exitCode: 0 };
}

/** `apt-cache policy NAME …`: what Noble's sources offer. */
const aptCache: Tool = ({ args }) => {
  if (args[0] !== 'policy') throw new NotRehearsed(`apt-cache ${args.join(' ')}`);
  const known = args.slice(1).filter((name) => PACKAGES[name] !== undefined || OFFERED.has(name));
  return {
    exitCode: 0,
    stdout: known.map((name) => `${name}:\n  Installed: (none)\n  Candidate: 1.0\n`).join(''),
  };
};

/** Packages of the bare droplet. */
const OFFERED = new Set(['curl', 'ca-certificates', 'gpg']);

export const packageTools = {
  'dpkg-query': dpkgQuery,
  dpkg,
  'apt-get': aptGet,
  'apt-cache': aptCache,
} satisfies Record<string, Tool>;
