import { makeCertificate } from '../../certificate.ts';
import { type Call, type Machine, NotRehearsed, type Outcome, type Tool } from '../../machine.ts';
import { send, Unreachable } from '../../network.ts';
import { serveSites, sites } from '../../services/nginx.ts';

const FOLDER = '/etc/letsencrypt';
const LOG = '/var/log/letsencrypt/letsencrypt.log';

function value(args: readonly string[], flag: string): string {
  return args[args.indexOf(flag) + 1] ?? '';
}

/** certbot with its nginx plugin: the dry run, the certificate for a site, and adding one that is there to its site. */
export const certbot: Tool = async (call) => {
  const { machine, args, signal } = call;
  const domain = value(args, args[0] === 'install' ? '--cert-name' : '-d');
  switch (args[0]) {
    case 'certonly': {
      if (!args.includes('--dry-run')) break;
      await machine.wait(6000, signal);
      const refused = await challenge(call, domain);
      return refused ?? { exitCode: 0, stdout: 'The dry run was successful.\n' };
    }
    case 'run': {
      await machine.wait(8000, signal);
      const refused = await challenge(call, domain);
      if (refused !== undefined) return refused;
      keepLineage(machine, domain, value(args, '--server'));
      return deploy(machine, domain);
    }
    case 'install':
      await machine.wait(2000, signal);
      return deploy(machine, domain);
  }
  throw new NotRehearsed(`certbot ${args.join(' ')}`);
};

/** How the authority's visit on port 80 fails, in the words of Let's Encrypt; undefined when it gets in. */
async function challenge({ machine }: Call, domain: string): Promise<Outcome | undefined> {
  const url = new URL(`http://${domain}/.well-known/acme-challenge/rehearsed`);
  try {
    // The plugin puts the token into the site, so whatever reaches nginx finds it.
    await send(machine, { method: 'GET', url, headers: {}, body: '', from: 'internet' });
    machine.files.put(LOG, 'The challenge was met.\n');
    return undefined;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    const why =
      error.failure === 'dns'
        ? `DNS problem: NXDOMAIN looking up A for ${domain}`
        : `${machine.address}: Fetching ${url}: ${error.failure === 'refused' ? 'Connection refused' : 'Timeout during connect (likely firewall problem)'}`;
    const type = error.failure === 'dns' ? 'dns' : 'connection';
    const stdout = `Certbot failed to authenticate some domains (authenticator: nginx). The Certificate Authority reported these problems:\n  Domain: ${domain}\n  Type:   ${type}\n  Detail: ${why}\n`;
    machine.files.put(LOG, stdout);
    return { exitCode: 1, stdout, stderr: 'Some challenges have failed.\n' };
  }
}

/** live, archive, renewal and account, as certbot keeps them. */
function keepLineage(machine: Machine, domain: string, server: string): void {
  const { certificate, key } = makeCertificate(domain, machine.now());
  const archive = `${FOLDER}/archive/${domain}`;
  const number = (machine.files.list(archive) ?? []).filter((name) => /^cert\d/.test(name)).length + 1;
  for (const kind of ['cert', 'chain', 'fullchain', 'privkey']) {
    const isKey = kind === 'privkey';
    machine.files.put(`${archive}/${kind}${number}.pem`, isKey ? key : certificate, {
      mode: isKey ? 0o600 : 0o644,
    });
    machine.files.link(
      `${FOLDER}/live/${domain}/${kind}.pem`,
      `../../archive/${domain}/${kind}${number}.pem`,
    );
  }
  const account = '487b8c668813aac908267510456bf4da';
  const { host, pathname } = new URL(server);
  machine.files.makeDirectory(`${FOLDER}/accounts/${host}${pathname.replace(/\/$/, '')}/${account}`);
  machine.files.put(
    `${FOLDER}/renewal/${domain}.conf`,
    `[renewalparams]\naccount = ${account}\nauthenticator = nginx\ninstaller = nginx\nserver = ${server}\n`,
  );
}

/** Puts the certificate of that name into its site, and lets nginx take that over. */
function deploy(machine: Machine, domain: string): Outcome {
  const path = addHttps(machine, domain);
  if (path === undefined)
    return {
      exitCode: 1,
      stderr: `Could not automatically find a matching server block for ${domain}. Set the \`server_name\` directive to use the Nginx installer.\n`,
    };
  serveSites(machine, machine.units.get('nginx.service')?.mainPid ?? 0);
  return {
    exitCode: 0,
    stdout: `Successfully deployed certificate for ${domain} to ${path}\nCongratulations! You have successfully enabled HTTPS on https://${domain}\n`,
  };
}

/** certbot's own change to a site: https in our block, a second block that sends http there. Returns the file. */
function addHttps(machine: Machine, domain: string): string | undefined {
  const site = sites(machine).find((known) => known.names.includes(domain));
  if (site === undefined || site.certificate !== undefined) return site?.file;
  const before = machine.files.read(site.file) ?? '';
  const managed = '# managed by Certbot';
  const tls = [
    `    listen 443 ssl; ${managed}`,
    `    ssl_certificate ${FOLDER}/live/${domain}/fullchain.pem; ${managed}`,
    `    ssl_certificate_key ${FOLDER}/live/${domain}/privkey.pem; ${managed}`,
    `    include ${FOLDER}/options-ssl-nginx.conf; ${managed}`,
    `    ssl_dhparam ${FOLDER}/ssl-dhparams.pem; ${managed}`,
  ].join('\n');
  const secured = before
    .replace(/^ *listen (?:\[::\]:)?80;\n?/gm, '')
    .replace(/\s*\}\s*$/, `\n\n${tls}\n}\n`);
  const redirect = [
    'server {',
    `    if ($host = ${domain}) {`,
    '        return 301 https://$host$request_uri;',
    `    } ${managed}`,
    `    server_name ${domain};`,
    '    listen 80;',
    `    return 404; ${managed}`,
    '}',
  ].join('\n');
  machine.files.put(site.file, `${secured}${redirect}\n`);
  return site.file;
}
