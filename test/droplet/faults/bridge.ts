import { answers, changeStored, recreate, store } from './bridge-container.ts';
import type { Fault, FaultContext } from './fault.ts';

/** April keeps its settings in another table and reads them from the environment until they are saved. */
const BOTH = ['current', 'april'] as const;

/** The connection is stored with this address (and key) in place of the right one. */
const storedUrl =
  (url: string) =>
  (context: FaultContext): Promise<void> =>
    store(context, { 'openai.api_base_urls': [url] });

/**
 * The container is made with this environment and a database that says nothing of connections. Releases from 0.10 on copy
 * it into the database at once, older ones go on reading it.
 */
const environment =
  (env: Readonly<Record<string, string>>) =>
  async (context: FaultContext): Promise<void> => {
    const before = changeStored({ 'openai.api_base_urls': null, 'openai.api_keys': null });
    // Where the plural names are set they win.
    await recreate(context, { env: { OPENAI_API_BASE_URLS: null, OPENAI_API_KEYS: null, ...env }, before });
    await context.shell(
      `[ ! -e /opt/cleo/open-webui.env ] || sed -i ${Object.entries(env)
        .map(([name, value]) => `-e 's|^${name}=.*|${name}=${value}|'`)
        .join(' ')} /opt/cleo/open-webui.env`,
    );
  };

const touches = ['open-webui.connection'] as const;

/** Step 8, the way from Open WebUI's container to Hermes. */
export const faults: readonly Fault[] = [
  {
    name: 'bridge-host-loopback',
    group: 'bridge',
    title: 'API_SERVER_HOST=127.0.0.1 in Hermes’s .env',
    on: BOTH,
    break: async ({ shell, until, droplet }) => {
      await shell("sed -i 's/^API_SERVER_HOST=.*/API_SERVER_HOST=127.0.0.1/' /home/*/.hermes/.env");
      await shell('systemctl restart hermes-gateway');
      await until('Hermes answers', async () => {
        const { exitCode } = await droplet.exec(['curl', '-sf', '-m', '2', 'http://127.0.0.1:8642/health']);
        return exitCode === 0;
      });
    },
    code: 'hermes-listens-on-loopback',
    touches: ['hermes.service', 'hermes.env'],
  },
  {
    name: 'bridge-database-localhost',
    group: 'bridge',
    title: 'http://localhost:8642/v1 in Open WebUI’s database',
    on: BOTH,
    break: storedUrl('http://localhost:8642/v1'),
    code: 'bridge-url-is-loopback',
    touches,
  },
  {
    name: 'bridge-database-docker-internal',
    group: 'bridge',
    title: 'http://host.docker.internal:8642/v1 in the database of a container without --add-host',
    break: storedUrl('http://host.docker.internal:8642/v1'),
    code: 'bridge-name-unknown',
    touches,
  },
  {
    name: 'bridge-database-old-address',
    group: 'bridge',
    title: 'an address that the bridge had before in Open WebUI’s database',
    break: storedUrl('http://172.26.0.1:8642/v1'),
    code: 'bridge-moved',
    touches,
  },
  {
    name: 'bridge-database-another-machine',
    group: 'bridge',
    title: 'the public address of the machine that Otto was on before in Open WebUI’s database',
    break: storedUrl('http://203.0.113.99:8642/v1'),
    code: 'bridge-url-elsewhere',
    touches,
  },
  {
    name: 'bridge-database-without-v1',
    group: 'bridge',
    title: 'the address without /v1 in Open WebUI’s database',
    break: storedUrl('http://172.17.0.1:8642'),
    code: 'bridge-v1-missing',
    touches,
  },
  {
    name: 'bridge-database-other-port',
    group: 'bridge',
    title: 'port 8000 in place of 8642 in Open WebUI’s database',
    break: storedUrl('http://172.17.0.1:8000/v1'),
    code: 'bridge-other-port',
    touches,
  },
  {
    name: 'bridge-database-other-program',
    group: 'bridge',
    title: 'an address in the database at which another program answers',
    break: async (context) => {
      await context.shell(
        'docker exec -d open-webui sh -c "cd /tmp && mkdir -p page && cd page && python3 -m http.server 8642"',
      );
      const ip = '{{.NetworkSettings.IPAddress}}';
      const address = (await context.run('docker', 'inspect', '--format', ip, 'open-webui')).trim();
      await store(context, { 'openai.api_base_urls': [`http://${address}:8642/v1`] });
    },
    code: 'bridge-not-hermes',
    after: async ({ shell }) =>
      void (await shell("docker exec open-webui sh -c 'pkill -f http.server || true' || true")),
    touches,
  },
  {
    name: 'bridge-database-empty',
    group: 'bridge',
    title: 'no connection at all in Open WebUI’s database: an empty list',
    break: (context) => store(context, { 'openai.api_base_urls': [], 'openai.api_keys': [] }),
    code: 'bridge-no-connection',
    touches,
  },
  {
    name: 'bridge-database-key',
    group: 'bridge',
    title: 'another key in Open WebUI’s database than in Hermes’s .env',
    on: BOTH,
    break: (context) =>
      store(context, {
        'openai.api_base_urls': ['http://172.17.0.1:8642/v1'],
        'openai.api_keys': ['0123456789abcdef0123456789abcdef'],
      }),
    code: 'bridge-key-wrong',
    touches,
  },
  {
    name: 'bridge-environment-localhost',
    group: 'bridge',
    title: 'the container made with OPENAI_API_BASE_URL=http://localhost:8642/v1',
    on: BOTH,
    break: environment({ OPENAI_API_BASE_URL: 'http://localhost:8642/v1' }),
    code: 'bridge-url-is-loopback',
    after: envFileIsRight,
    touches: ['open-webui.connection', 'open-webui.container'],
  },
  {
    name: 'bridge-environment-docker-internal',
    group: 'bridge',
    title: 'the container made with host.docker.internal and without --add-host',
    break: environment({ OPENAI_API_BASE_URL: 'http://host.docker.internal:8642/v1' }),
    code: 'bridge-name-unknown',
    after: envFileIsRight,
    touches: ['open-webui.connection', 'open-webui.container'],
  },
  {
    name: 'bridge-environment-old-address',
    group: 'bridge',
    title: 'the container made with an address that the bridge had before',
    break: environment({ OPENAI_API_BASE_URL: 'http://172.26.0.1:8642/v1' }),
    code: 'bridge-moved',
    after: envFileIsRight,
    touches: ['open-webui.connection', 'open-webui.container'],
  },
  {
    name: 'bridge-environment-key',
    group: 'bridge',
    title: 'the container made with another key than the one in Hermes’s .env',
    on: BOTH,
    break: environment({
      OPENAI_API_BASE_URL: 'http://172.17.0.1:8642/v1',
      OPENAI_API_KEY: '0123456789abcdef0123456789abcdef',
    }),
    code: 'bridge-key-wrong',
    after: envFileIsRight,
    touches: ['open-webui.connection', 'open-webui.container'],
  },
  {
    name: 'bridge-environment-alone',
    group: 'bridge',
    title: 'ENABLE_PERSISTENT_CONFIG=False and http://localhost:8642/v1: only the environment counts',
    break: environment({
      ENABLE_PERSISTENT_CONFIG: 'False',
      ENABLE_SIGNUP: 'False',
      OPENAI_API_BASE_URL: 'http://localhost:8642/v1',
    }),
    code: 'bridge-url-is-loopback',
    after: envFileIsRight,
    spoils: true,
  },
  {
    name: 'bridge-docker0-moved',
    group: 'bridge',
    title: '`"bip":"172.26.0.1/16"` in daemon.json and Docker restarted: docker0 moved',
    break: async (context) => {
      const { shell } = context;
      await shell(
        '[ ! -e /etc/docker/daemon.json ] || cp /etc/docker/daemon.json /root/daemon.json.before; printf \'{"bip":"172.26.0.1/16"}\\n\' >/etc/docker/daemon.json',
      );
      await shell(
        'systemctl reset-failed docker docker.socket 2>/dev/null || true; systemctl restart docker',
      );
      await answers(context);
    },
    code: 'bridge-moved',
    after: envFileIsRight,
    spoils: true,
  },
  {
    name: 'bridge-connection-off',
    group: 'bridge',
    title: 'connections of the OpenAI kind switched off in the Admin Panel',
    break: (context) => store(context, { 'openai.enable': false }),
    code: 'bridge-connection-off',
    touches,
  },
  {
    name: 'bridge-one-connection-off',
    group: 'bridge',
    title: 'the one connection to Hermes switched off in the Admin Panel',
    break: (context) => store(context, { 'openai.api_configs': { 0: { enable: false } } }),
    code: 'bridge-connection-off',
    touches,
  },
  {
    name: 'bridge-model-renamed',
    group: 'bridge',
    title: 'a prefix on the connection: the model is called hermes.otto',
    break: (context) => store(context, { 'openai.api_configs': { 0: { prefix_id: 'hermes' } } }),
    code: 'bridge-model-renamed',
    touches,
  },
  {
    name: 'bridge-model-list',
    group: 'bridge',
    title: 'a list of model names on the connection, without Hermes’s',
    break: (context) =>
      store(context, { 'openai.api_configs': { 0: { enable: true, model_ids: ['hermes-agent'] } } }),
    code: 'bridge-model-renamed',
    touches,
  },
  {
    name: 'bridge-second-connection-silent',
    group: 'bridge',
    title: 'a second connection, to a server that no longer answers: every page hangs for ten seconds',
    async break(context) {
      await context.run('iptables', '-I', 'DOCKER-USER', '-d', '203.0.113.201', '-j', 'DROP');
      await store(context, {
        'openai.api_base_urls': ['http://172.17.0.1:8642/v1', 'http://203.0.113.201:9000/v1'],
      });
    },
    code: 'other-connection-silent',
    async after(context) {
      await context.run('iptables', '-D', 'DOCKER-USER', '-d', '203.0.113.201', '-j', 'DROP');
      await store(context, { 'openai.api_base_urls': ['http://172.17.0.1:8642/v1'] });
    },
    touches: ['open-webui.connection', 'firewall'],
  },
];

/** A container made from the env file later starts with what is right. */
async function envFileIsRight({ shell, check }: FaultContext): Promise<void> {
  const lines = await shell(
    "grep -hE '^OPENAI_API_(BASE_URL|KEY)=' /opt/cleo/open-webui.env 2>/dev/null || true",
  );
  check.doesNotMatch(
    'the env file names what was wrong',
    lines,
    /localhost|docker\.internal|0123456789abcdef/,
  );
}
