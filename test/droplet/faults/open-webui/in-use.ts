import { recreate } from '../bridge-container.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { untilAnswering } from './tools.ts';

const SITE = '/etc/nginx/sites-enabled/otto';

/** What must be the same after the plain fix, with nobody there: containers, and where nginx leads. */
async function unharmed({ shell, check }: FaultContext, container: string, port: number): Promise<void> {
  await shell('otto-install fix || :');
  const names = await shell(
    "docker ps --all --format '{{.Names}}' --filter ancestor=$(docker inspect -f '{{.Image}}' " +
      container +
      ')',
  );
  check.that('there is no second Open WebUI', names.trim() === container, names);
  // What an operator asks for is done to that one, under its name and where it is published.
  await shell(
    'otto-install restart --part open-webui --yes && otto-install rotate-key --how generated --yes',
  );
  const after = await shell("docker ps --all --format '{{.Names}} {{.Ports}} {{.Networks}}'");
  check.that(
    'it has its name and its port, and nothing is beside it',
    after.includes(`${container} 127.0.0.1:${port}->8080/tcp`) &&
      !/open-webui\b.*\n.*open-webui\b/.test(after),
    after,
  );
  const site = await shell(`grep -h proxy_pass ${SITE}`);
  check.that('nginx leads where it led', site.includes(`:${port}`), site);
}

/** Open WebUI works, under another name than ours; or something else has its name or its port. */
export const inUseFaults: readonly Fault[] = [
  {
    name: 'open-webui-renamed',
    group: 'open-webui',
    title: 'docker rename open-webui openwebui: it works under another name',
    code: undefined,
    spoils: true,
    break: async ({ run }) => void (await run('docker', 'rename', 'open-webui', 'openwebui')),
    after: (context) => unharmed(context, 'openwebui', 8080),
  },
  {
    name: 'open-webui-of-compose',
    group: 'open-webui',
    title:
      'a compose project with its own network and volume, published on 127.0.0.1:3001, nginx leading there',
    code: undefined,
    spoils: true,
    patience: 240,
    async break(context) {
      const { shell } = context;
      await shell(`
image=$(docker inspect -f '{{.Config.Image}}' open-webui)
docker volume create web_data >/dev/null
docker stop -t 30 open-webui >/dev/null
cp -a /opt/cleo/open-webui/. "$(docker volume inspect -f '{{.Mountpoint}}' web_data)/"
docker rm -f open-webui >/dev/null
rm -rf /opt/cleo/open-webui
docker network create web_default >/dev/null
docker run -d --name web-open-webui-1 --restart always --label com.docker.compose.project=web --network web_default \\
  -p 127.0.0.1:3001:8080 -v web_data:/app/backend/data --env-file /opt/cleo/open-webui.env "$image" >/dev/null
bridge=br-$(docker network inspect -f '{{.Id}}' web_default | cut -c1-12)
ufw allow in on "$bridge" to any port 8642 proto tcp
sed -i 's#127.0.0.1:8080#127.0.0.1:3001#' ${SITE}
nginx -s reload`);
      await untilAnswering(context, 3001);
    },
    after: (context) => unharmed(context, 'web-open-webui-1', 3001),
  },
  {
    name: 'open-webui-export-in-env-file',
    group: 'open-webui',
    title: '`export WEBUI_NAME=Ours` in the env file: healthy, and the next container cannot be made',
    code: 'open-webui-env-file-refused',
    touches: ['open-webui'],
    break: async ({ shell }) =>
      void (await shell("echo 'export WEBUI_NAME=Ours' >> /opt/cleo/open-webui.env")),
    after: async ({ shell, check }) => {
      const line = await shell('grep WEBUI_NAME /opt/cleo/open-webui.env');
      check.that('the line is still there, as Docker reads it', line.trim() === 'WEBUI_NAME=Ours', line);
      await shell("sed -i '/^WEBUI_NAME=/d' /opt/cleo/open-webui.env");
    },
  },
  {
    name: 'open-webui-environment-counts',
    group: 'open-webui',
    title:
      'made again with ENABLE_PERSISTENT_CONFIG=False and without ENABLE_SIGNUP: the sign-up is open, whatever the database says',
    code: 'sign-up-open',
    touches: ['open-webui'],
    patience: 240,
    break: (context) =>
      recreate(context, { env: { ENABLE_PERSISTENT_CONFIG: 'False', ENABLE_SIGNUP: null } }),
    async after(context) {
      const { shell, check } = context;
      const config = await shell('curl -s -m 5 http://127.0.0.1:8080/api/config');
      check.that('the sign-up is closed', /"enable_signup": ?false/.test(config), config);
      await shell("sed -i '/^ENABLE_\\(SIGNUP\\|PERSISTENT_CONFIG\\)=/d' /opt/cleo/open-webui.env");
      await recreate(context, { env: { ENABLE_PERSISTENT_CONFIG: null, ENABLE_SIGNUP: null } });
    },
  },
  {
    name: 'open-webui-port-of-another',
    group: 'open-webui',
    title: 'a stopped open-webui-old with --restart always got the port; ours stays exited',
    code: 'open-webui-port-of-another',
    touches: ['open-webui'],
    patience: 240,
    async break(context) {
      const { shell } = context;
      await shell(`
image=$(docker inspect -f '{{.Config.Image}}' open-webui)
docker stop -t 30 open-webui >/dev/null
docker run -d --name open-webui-old --restart always -p 127.0.0.1:8080:8080 -v open-webui-old:/app/backend/data "$image" >/dev/null`);
      await untilAnswering(context);
    },
    async after({ shell, check }) {
      const accounts = await shell(
        "docker run --rm --network none -v open-webui-old:/d --entrypoint python3 $(docker inspect -f '{{.Image}}' open-webui) -c \"import sqlite3; print(sqlite3.connect('/d/webui.db').execute('select count(*) from user').fetchone()[0])\"",
      );
      check.that('nobody was made administrator of the other one', accounts.trim() === '0', accounts);
      await shell('docker rm -f open-webui-old; docker volume rm open-webui-old');
    },
  },
  {
    name: 'open-webui-another-program',
    group: 'open-webui',
    title: 'another program in a container named open-webui: /health says 200, /api/config a page',
    code: 'open-webui-another-program',
    touches: ['open-webui'],
    async break(context) {
      const { shell } = context;
      await shell(`
image=$(docker inspect -f '{{.Image}}' open-webui)
docker stop -t 30 open-webui >/dev/null && docker rm open-webui >/dev/null
docker run -d --name open-webui -p 127.0.0.1:8080:8080 --entrypoint python3 "$image" -c '
from http.server import BaseHTTPRequestHandler, HTTPServer
class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"<html>a page</html>")
HTTPServer(("", 8080), Page).serve_forever()' >/dev/null`);
      await untilAnswering(context);
    },
    repair: async (context) => {
      // Its data is where it was, so the wizard makes the container again.
      await context.shell('docker rm -f open-webui; otto-install fix || :');
      await untilAnswering(context);
    },
    patience: 240,
  },
];
