import { makeCertificate } from '../certificate.ts';
import { type Call, type Machine, NotRehearsed, type Outcome, type Tool } from '../machine.ts';
import { send, Unreachable } from '../network.ts';
import { serveSites, sites } from '../services/nginx.ts';

const LETSENCRYPT = '/etc/letsencrypt';

/** nginx -t, and nginx -T with its files. */
const nginx: Tool = ({ machine, args }) => {
  const mode = args[0];
  if (mode !== '-t' && mode !== '-T') throw new NotRehearsed(`nginx ${args.join(' ')}`);
  const stderr =
    'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n';
  if (mode === '-t') return { exitCode: 0, stderr };
  const folder = '/etc/nginx/sites-enabled';
  const enabled = (machine.files.list(folder) ?? []).map((name) => `${folder}/${name}`);
  const files = ['/etc/nginx/nginx.conf', ...enabled].map(
    (path) => `# configuration file ${path}:\n${machine.files.read(path) ?? ''}\n`,
  );
  return { exitCode: 0, stdout: files.join(''), stderr };
};

function value(args: readonly string[], flag: string): string {
  return args[args.indexOf(flag) + 1] ?? '';
}

/** certbot with its nginx plugin: the dry run, and the certificate that it puts into the site of that name. */
const certbot: Tool = async (call) => {
  const { machine, args, signal } = call;
  const domain = value(args, '-d');
  machine.files.put('/var/log/letsencrypt/letsencrypt.log', 'rehearsed\n');
  if (args[0] === 'certonly' && args.includes('--dry-run')) {
    await machine.wait(5000, signal);
    return challenge(call, domain) ?? { exitCode: 0, stdout: 'The dry run was successful.\n' };
  }
  if (args[0] !== 'run') throw new NotRehearsed(`certbot ${args.join(' ')}`);
  await machine.wait(7000, signal);
  const refused = challenge(call, domain);
  if (refused) return refused;
  keepLineage(machine, domain, value(args, '--server'));
  const path = addHttps(machine, domain);
  serveSites(machine, machine.units.get('nginx.service')?.mainPid ?? 0);
  return {
    exitCode: 0,
    stdout: `Successfully received certificate.\nSuccessfully deployed certificate for ${domain} to ${path}\nCongratulations! You have successfully enabled HTTPS on https://${domain}\n`,
  };
};

/** What an authority finds on port 80; undefined when it is content. */
function challenge({ machine }: Call, domain: string): Outcome | undefined {
  const open =
    !machine.firewall.active ||
    machine.firewall.rules.some((rule) => /^allow (80\/tcp|'?Nginx Full)/.test(rule));
  if (open && machine.listeners.has(80)) return undefined;
  return {
    exitCode: 1,
    stdout: `Certbot failed to authenticate some domains\n  Domain: ${domain}\n  Type:   connection\n  Detail: ${machine.address}: Fetching http://${domain}/: Timeout during connect (likely firewall problem)\n`,
    stderr: 'Some challenges have failed.\n',
  };
}

/** live, archive, renewal and account, as certbot keeps them. */
function keepLineage(machine: Machine, domain: string, server: string): void {
  const { certificate, key } = makeCertificate(domain, machine.now());
  for (const [file, content] of Object.entries({
    cert: certificate,
    fullchain: certificate,
    chain: certificate,
    privkey: key,
  })) {
    const archived = `${LETSENCRYPT}/archive/${domain}/${file}1.pem`;
    machine.files.put(archived, content, { mode: file === 'privkey' ? 0o600 : 0o644 });
    machine.files.link(`${LETSENCRYPT}/live/${domain}/${file}.pem`, archived);
  }
  const account = 'rehearsed';
  const { host, pathname } = new URL(server);
  machine.files.makeDirectory(`${LETSENCRYPT}/accounts/${host}${pathname}/${account}`);
  machine.files.put(
    `${LETSENCRYPT}/renewal/${domain}.conf`,
    `[renewalparams]\naccount = ${account}\nauthenticator = nginx\ninstaller = nginx\nserver = ${server}\n`,
  );
}

/** certbot's own change to the site: https in our block, a second block that sends http there. */
function addHttps(machine: Machine, domain: string): string {
  const site = sites(machine).find((known) => known.names.includes(domain));
  if (site === undefined) throw new NotRehearsed(`certbot without a site for ${domain}`);
  const before = machine.files.read(site.file) ?? '';
  const managed = '# managed by Certbot';
  const tls = [
    `    listen 443 ssl; ${managed}`,
    `    ssl_certificate ${LETSENCRYPT}/live/${domain}/fullchain.pem; ${managed}`,
    `    ssl_certificate_key ${LETSENCRYPT}/live/${domain}/privkey.pem; ${managed}`,
    `    include ${LETSENCRYPT}/options-ssl-nginx.conf; ${managed}`,
  ].join('\n');
  const secured = before.replace(/^ *listen (?:\[::\]:)?80;\n/gm, '').replace(/\}\s*$/, `${tls}\n}\n`);
  const redirect = `server {\n    if ($host = ${domain}) {\n        return 301 https://$host$request_uri;\n    } ${managed}\n    server_name ${domain};\n    listen 80;\n    return 404; ${managed}\n}\n`;
  machine.files.put(site.file, `${secured}\n${redirect}`);
  return site.file;
}

/** curl that asks nginx over https: for the status and the certificate, or for a WebSocket. */
export async function askOverHttps({ machine, args }: Call): Promise<Outcome> {
  const url = new URL(args.at(-1) ?? '');
  const upgrade = args.some((arg) => /^Upgrade: websocket$/i.test(arg));
  const certificate = machine.files.read(`${LETSENCRYPT}/live/${url.hostname}/fullchain.pem`);
  try {
    const { status } = await send(
      machine,
      { method: 'GET', url, headers: upgrade ? { upgrade: 'websocket' } : {}, body: '', from: 'droplet' },
      '127.0.0.1',
    );
    if (args.includes('--dump-header')) {
      // curl waits for more after a protocol switch, until its limit.
      return { exitCode: status === 101 ? 28 : 0, stdout: `HTTP/1.1 ${status}\r\n` };
    }
    const stdout = value(args, '--write-out')
      .replace('%{http_code}', String(status).padStart(3, '0'))
      .replace('%{ssl_verify_result}', '0')
      .replace('%{certs}', certificate ?? '')
      .replaceAll('\\n', '\n');
    return { exitCode: 0, stdout };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return { exitCode: 7, stdout: '000 1\n', stderr: `curl: (7) ${error.message}\n` };
  }
}

export const webTools = { nginx, certbot } satisfies Record<string, Tool>;
