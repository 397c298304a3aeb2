import type { AnswersInput } from '../src/answers/schema.ts';
import { rehearseWithOtto } from '../src/commands/rehearse.ts';
import type { ExecResult, Host } from '../src/host/host.ts';
import type { Machine } from '../src/rehearsal/machine.ts';
import { Secret } from '../src/secret/secret.ts';

/** A droplet in memory on which everybody who can write a name, a setting or a log has written the same hostile text. */

export const KNOWN: AnswersInput = {
  domain: 'otto.client.example',
  email: 'ops@client.example',
  adminEmail: 'ops@client.example',
  claude: 'api-key',
  anthropicApiKey: new Secret('sk-ant-only-for-a-rehearsal'),
  github: 'token',
  githubToken: new Secret('a-token-of-a-rehearsal'),
};

/** What every hostile text begins with, so that it is seen where it arrives. */
export const SEEN = 'Zq7';

/** What Hermes is told hides most of what comes behind it, so it is spoiled by itself. */
export const WHERE = ['settings', 'names'] as const;
type Where = (typeof WHERE)[number];

const HERMES = '/home/cleo/.hermes';
const SITES = '/etc/nginx/sites-enabled';

/** A healthy Otto, to be spoiled again and again. */
export async function droplet(): Promise<{ readonly host: Host; spoil(text: string, where?: Where): Host }> {
  const { host, machine } = await rehearseWithOtto('healthy', KNOWN, Number.POSITIVE_INFINITY);
  const before = new Map(machine.files.below('/').map((path) => [path, machine.files.read(path)] as const));
  return {
    host,
    spoil(text, where = 'names') {
      for (const path of machine.files.below('/')) if (!before.has(path)) machine.files.remove(path);
      for (const [path, content] of before) if (content !== undefined) machine.files.put(path, content);
      return spoiled(host, machine, `${SEEN}${text}`, where);
    },
  };
}

function spoiled(host: Host, machine: Machine, text: string, where: Where): Host {
  const line = text.replaceAll('\n', ' ');
  const name = line.replaceAll('/', '').replaceAll('\0', '').slice(0, 60);
  const { files } = machine;
  const edit = (path: string, change: (content: string) => string) =>
    files.put(path, change(files.read(path) ?? ''));
  if (where === 'settings') {
    edit(`${HERMES}/.env`, (env) =>
      env.replace(/^(API_SERVER_MODEL_\w+)=.*$/gm, (_, key: string) => `${key}=${line}`),
    );
    edit(`${HERMES}/config.yaml`, (yaml) =>
      yaml.replace(/^( {2}default:).*$/m, (_, key: string) => `${key} ${JSON.stringify(text)}`),
    );
  }
  edit(`${HERMES}/hermes-agent/.git/config`, () => `[remote "origin"]\n\turl = https://${line}\n`);
  files.put(
    `${SITES}/${name}`,
    `# otto.client.example\nserver {\n listen 80;\n server_name otto.client.example "${line.replace(/["\\{}]/g, '')}";\n}\n`,
  );
  files.put(`${HERMES}/logs/gateway.log`, `2026-11-30 08:00:00,000 INFO gateway.run: ${line}\n${line}\n`);
  files.put('/var/log/nginx/error.log', `2026/11/30 08:00:00 [error] 1#1: ${line}\n`);
  files.put('/var/log/otto-install/20261130T080000Z-check.log', `2026-11-30T08:00:00.000Z ${line}\n`);
  files.put('/etc/systemd/system/hermes-gateway.service.d/x.conf', `# ${line}\n[Service]\n`);
  files.put(
    '/var/lib/otto-install/answers.json',
    JSON.stringify({ ...JSON.parse(files.read('/var/lib/otto-install/answers.json') ?? '{}'), model: text }),
  );
  const database = files.below('/opt/cleo').find((path) => path.endsWith('webui.db')) ?? '';
  edit(database, (json) => {
    const { users, ...rest } = JSON.parse(json) as { users: { email: string }[] };
    const stranger = { id: 'x', name: text, email: `${line}@client.example`, password: '', role: 'admin' };
    return JSON.stringify({
      ...rest,
      users: [...users.filter(({ email }) => !email.startsWith(SEEN)), stranger],
    });
  });
  return new Proxy(host, {
    get(target, property) {
      if (property === 'exec') return (...call: Parameters<Host['exec']>) => exec(target, line, ...call);
      if (property === 'readFile')
        return async (path: string) => {
          if (where === 'names' && path.endsWith('/paperclip.env'))
            throw new Error(`${path} could not be read: ${text}`);
          return target.readFile(path);
        };
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** The command as the rehearsal does it; where other people's words are in what it prints, they are hostile. */
async function exec(
  host: Host,
  line: string,
  ...[argv, options]: Parameters<Host['exec']>
): Promise<ExecResult> {
  const [program, ...words] = argv;
  const result = await host.exec(argv, options).catch((): ExecResult => {
    return { exitCode: 1, stdout: `${line}\n`, stderr: `${line}\n`, timedOut: false, durationMs: 1 };
  });
  for (const printed of result.exitCode === 0 ? [] : [line]) options?.onLine?.(printed);
  if (program === 'journalctl') {
    const record = { __REALTIME_TIMESTAMP: '1764489600000000', MESSAGE: line, PRIORITY: '3' };
    return { ...result, exitCode: 0, stdout: `${JSON.stringify(record)}\n` };
  }
  if (program === 'docker' && words[0] === 'logs') {
    options?.onLine?.(`2026-11-30T08:00:00.000000000Z ERROR ${line}`);
    return result;
  }
  if (program === 'docker' && words[0] === 'inspect' && result.stdout.startsWith('['))
    return { ...result, stdout: JSON.stringify(withLabels(JSON.parse(result.stdout), line)) };
  if (program === 'systemctl' || program === 'docker' || program === 'ss')
    return { ...result, stderr: `${result.stderr}${line}\n` };
  return result;
}

function withLabels(found: unknown, line: string): unknown {
  if (!Array.isArray(found)) return found;
  return found.map((one: { Config?: { Labels?: object; Image?: string }; State?: object }) => ({
    ...one,
    Config: {
      ...one.Config,
      Image: `${one.Config?.Image}${line}`,
      Labels: { ...one.Config?.Labels, [line]: line },
    },
    State: { ...one.State, Error: line },
  }));
}
