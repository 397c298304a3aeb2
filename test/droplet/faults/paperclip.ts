import type { Fault, FaultContext } from './fault.ts';

const BASE = 'http://127.0.0.1:3000';
const DATA = '/opt/cleo/paperclip';
const ENV_FILE = '/opt/cleo/paperclip.env';
const IMAGE = 'ghcr.io/paperclipai/paperclip:latest';
const COMPANY = 'Kept by hand Ltd';

/** As the administrator that the wizard made: signs in, makes the company where it is not, and lists the companies. */
const COMPANIES = `
jar=$(mktemp); trap 'rm -f "$jar"' EXIT
ask() { curl -sSf -m 20 -b "$jar" -c "$jar" -H 'Origin: ${BASE}' "$@"; }
ask -o /dev/null --json '{"email":"admin@client.example","password":"correct-horse-battery-9"}' ${BASE}/api/auth/sign-in/email
companies=$(ask ${BASE}/api/companies)
case $1:$companies in
  make:*'${COMPANY}'*) ;;
  make:*) ask -o /dev/null --json '{"name":"${COMPANY}"}' ${BASE}/api/companies ;;
esac
ask ${BASE}/api/companies
`;

const companies = ({ run }: FaultContext, what: 'make' | 'list') =>
  run('sh', '-euc', COMPANIES, 'companies', what);

/** Whether it says that it is healthy; only the body tells. */
async function isWell({ droplet }: FaultContext): Promise<boolean> {
  const { stdout } = await droplet.exec(['curl', '-s', '-m', '5', `${BASE}/api/health`]);
  return /"status":"ok"/.test(stdout);
}

/** The container made again by hand, other than the wizard makes it. */
const madeByHand = (envFile: string, publish: string) =>
  `docker stop -t 30 paperclip >/dev/null; docker rm paperclip >/dev/null; docker run -d --name paperclip --restart always --label otto-install=paperclip -p ${publish} -v ${DATA}:/paperclip --env-file ${envFile} ${IMAGE} >/dev/null`;

const SECRETLESS = '/root/paperclip-without-secret.env';

/** In Paperclip's own database, with what its server has for it. */
const inDatabase = (...statements: readonly string[]) => `
  const sql = require('/app/node_modules/postgres')('postgres://paperclip:paperclip@127.0.0.1:54329/paperclip');
  (async () => { ${statements.map((statement) => `await sql.unsafe(${JSON.stringify(statement)});`).join(' ')} await sql.end(); })();`;
const SECOND_ADMINISTRATOR = inDatabase(
  `insert into "user" (id, name, email, email_verified, created_at, updated_at) values ('mallory', 'Admin', 'mallory@evil.example', false, now(), now())`,
  `insert into instance_user_roles (user_id, role) values ('mallory', 'instance_admin')`,
);
const WITHOUT_THE_SECOND = inDatabase(
  `delete from instance_user_roles where user_id = 'mallory'`,
  `delete from "user" where id = 'mallory'`,
);

/** A fault of a Paperclip in which somebody works: its administrator and its company have to be there afterwards. */
function fault(
  words: Pick<Fault, 'name' | 'title' | 'code'>,
  damage: (context: FaultContext) => Promise<unknown>,
  holds?: (context: FaultContext) => Promise<unknown>,
): Fault {
  return {
    ...words,
    group: 'paperclip',
    touches: ['paperclip'],
    break: async (context) => {
      await context.until('Paperclip to be well', () => isWell(context));
      await companies(context, 'make');
      await damage(context);
    },
    after: async (context) => {
      await context.until('Paperclip to be well again', () => isWell(context));
      context.check.matches('its companies', await companies(context, 'list'), new RegExp(COMPANY));
      await context.run('rm', '-f', SECRETLESS);
      await holds?.(context);
    },
  };
}

export const faults: readonly Fault[] = [
  {
    name: 'paperclip-renamed',
    group: 'paperclip',
    title: 'docker rename paperclip agents: it works under another name',
    code: undefined,
    break: async ({ run }) => void (await run('docker', 'rename', 'paperclip', 'agents')),
    after: async ({ run, shell, check }) => {
      await shell('otto-install fix || :');
      const names = await shell("docker ps --all --format '{{.Names}}'");
      check.that('there is no second Paperclip', !/^paperclip$/m.test(names), names);
      await run('docker', 'rename', 'agents', 'paperclip');
    },
    touches: ['paperclip'],
  },
  fault(
    { name: 'paperclip-stopped', title: '`docker stop paperclip`', code: 'paperclip-stopped' },
    ({ run }) => run('docker', 'stop', 'paperclip'),
  ),
  fault(
    {
      name: 'paperclip-removed',
      title: 'The container is gone; its data is there',
      code: 'paperclip-absent',
    },
    ({ run }) => run('docker', 'rm', '-f', 'paperclip'),
  ),
  fault(
    {
      name: 'paperclip-without-secret',
      title: 'Made again without BETTER_AUTH_SECRET: it ends and starts for ever',
      code: 'paperclip-without-secret',
    },
    ({ shell }) =>
      shell(
        `grep -v ^BETTER_AUTH_SECRET= ${ENV_FILE} >${SECRETLESS}; ${madeByHand(SECRETLESS, '127.0.0.1:3000:3100')}`,
      ),
  ),
  fault(
    {
      name: 'paperclip-data-of-root',
      title: 'The data in its folder belongs to root, as after a copy made by root',
      code: 'paperclip-data-of-another-user',
    },
    ({ shell }) =>
      shell(
        `docker stop -t 30 paperclip >/dev/null; chown -R root:root ${DATA}/instances; docker start paperclip >/dev/null`,
      ),
  ),
  fault(
    {
      name: 'paperclip-shares-id',
      title: "It runs as the deploy user's number (1000), and its data belongs to that user",
      code: 'paperclip-shares-id',
    },
    async (context) => {
      const uid = (await context.run('id', '-u', 'cleo')).trim();
      await context.shell(
        `docker stop -t 30 paperclip >/dev/null; chown -R ${uid}:${uid} ${DATA}; sed -i '/^USER_[UG]ID=/d' ${ENV_FILE}; printf 'USER_UID=${uid}\\nUSER_GID=${uid}\\n' >>${ENV_FILE}; ${madeByHand(ENV_FILE, '127.0.0.1:3000:3100')}`,
      );
      await context.until('Paperclip to be well', () => isWell(context));
    },
    async ({ droplet, check }) => {
      const asCleo = (...words: string[]) => droplet.exec(['runuser', '-u', 'cleo', '--', ...words]);
      const { stdout } = await droplet.exec(['docker', 'inspect', '-f', '{{.State.Pid}}', 'paperclip']);
      const tries = [await asCleo('cat', `/proc/${stdout.trim()}/environ`), await asCleo('ls', DATA)];
      for (const { exitCode } of tries) check.that('the deploy user reads nothing of it', exitCode !== 0);
    },
  ),
  {
    name: 'paperclip-administrator-not-named',
    group: 'paperclip',
    title: 'Somebody whom nobody named administers it',
    code: 'paperclip-administrator-not-named',
    touches: ['paperclip'],
    break: async (context) => {
      await context.until('Paperclip to be well', () => isWell(context));
      await context.run('docker', 'exec', '--user', 'node', 'paperclip', 'node', '-e', SECOND_ADMINISTRATOR);
    },
    after: async (context) => {
      await context.run('docker', 'exec', '--user', 'node', 'paperclip', 'node', '-e', WITHOUT_THE_SECOND);
    },
  },
  fault(
    {
      name: 'paperclip-database-dead',
      title: 'Its database has ended while its page answers 200',
      code: 'paperclip-unhealthy',
    },
    async (context) => {
      const pids = "docker top paperclip -o pid,args | awk '/bin\\/postgres -D/ {print $1}'";
      await context.shell(`kill -9 $(${pids})`);
      await context.until('its page to answer without its database', async () => {
        const { stdout } = await context.droplet.exec(['curl', '-s', '-m', '5', `${BASE}/api/health`]);
        return /unhealthy/.test(stdout);
      });
    },
  ),
  fault(
    {
      name: 'paperclip-other-port',
      title: 'Published on 127.0.0.1:3001',
      code: 'paperclip-other-port',
    },
    ({ shell }) => shell(madeByHand(ENV_FILE, '127.0.0.1:3001:3100')),
  ),
  fault(
    {
      name: 'paperclip-open-to-internet',
      title: 'Published on all addresses (-p 3000:3100), past UFW',
      code: 'paperclip-open-to-internet',
    },
    async (context) => {
      await context.shell(madeByHand(ENV_FILE, '3000:3100'));
      await context.until('Paperclip to be well', () => isWell(context));
    },
  ),
  {
    name: 'paperclip-unclaimed-and-open',
    group: 'paperclip',
    title: 'Nobody has claimed it yet, and its port is open to the internet',
    code: 'paperclip-unclaimed',
    touches: ['paperclip'],
    break: async (context) => {
      await context.shell(
        `docker stop -t 30 paperclip >/dev/null; mv ${DATA} ${DATA}.kept; install -d -m 0700 --owner=$(stat -c %u ${DATA}.kept) --group=$(stat -c %g ${DATA}.kept) ${DATA}; sed -i s/SIGN_UP=true/SIGN_UP=false/ ${ENV_FILE}; ${madeByHand(ENV_FILE, '3000:3100')}`,
      );
      await context.until('Paperclip to be well', () => isWell(context), 120_000);
      // What the client keeps in that folder is not what this is about.
      await context.shell(`cp -p ${DATA}.kept/kept-by-hand ${DATA}/ 2>/dev/null || true`);
    },
    after: async (context) => {
      await context.shell(
        `docker stop -t 30 paperclip >/dev/null; rm -rf ${DATA}; mv ${DATA}.kept ${DATA}; docker start paperclip >/dev/null`,
      );
      await context.until('Paperclip to be well', () => isWell(context));
    },
  },
];
