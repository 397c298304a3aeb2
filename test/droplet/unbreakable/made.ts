import type { Made } from './point.ts';

const STATE = '/var/lib/otto-install';
const HERMES = '/home/cleo/.hermes';
const CHECKOUT = `${HERMES}/hermes-agent`;

const group = (name: string, states: Readonly<Record<string, string>>): readonly Made[] =>
  Object.entries(states).map(([title, make]) => ({ name: `${name}: ${title}`, group: `made ${name}`, make }));

/** dpkg's status of a package, as a kill between two of its steps leaves it. */
const status = (name: string, words: string, more = '') =>
  `python3 - <<'END'
import re
path = '/var/lib/dpkg/status'
text = open(path).read()
block = re.search(r'(?m)^Package: ${name}\\n(?:.+\\n)+', text)
new = re.sub(r'(?m)^Status: .*', 'Status: ${words}', block.group(0))${more === '' ? '' : ` + '''${more}\n'''`}
open(path, 'w').write(text.replace(block.group(0), new))
END`;

/** States that last for milliseconds, or that only some releases of a program leave. */
export const made: readonly Made[] = [
  ...group('dpkg', {
    'U, unpacked': status('certbot', 'install ok unpacked'),
    'F, half configured': status('certbot', 'install ok half-configured'),
    'H, half installed': status('ufw', 'install ok half-installed'),
    'R, reinst-required': status('certbot', 'install reinstreq half-installed'),
    'W, awaits a trigger': status('certbot', 'install ok triggers-awaited', 'Triggers-Awaited: libc-bin'),
    't, its trigger waits': status('libc-bin', 'install ok triggers-pending', 'Triggers-Pending: ldconfig'),
    'its journal is not empty': `awk -v RS= '/^Package: certbot\\n/' /var/lib/dpkg/status | sed 's/^Status: .*/Status: install ok unpacked/' >/var/lib/dpkg/updates/0001; echo >>/var/lib/dpkg/updates/0001`,
  }),
  ...group('apt', {
    'lists half written':
      'cd /var/lib/apt/lists; for f in *_Packages; do truncate -s 1000 "$f"; cp "$f" partial/"$f"; done; dpkg --force-depends --remove certbot >/dev/null',
    'no lists, and one half fetched':
      'cd /var/lib/apt/lists; for f in *_Packages; do head -c 500 "$f" >partial/"$f"; rm -f "$f"; done; dpkg --force-depends --remove certbot >/dev/null',
    'a package half fetched':
      'head -c 4000 /dev/urandom >/var/cache/apt/archives/partial/certbot_2.1.0-4_all.deb; dpkg --force-depends --remove certbot >/dev/null',
  }),
  ...group('hermes', {
    'the clone without files': `systemctl stop hermes-gateway; cd ${CHECKOUT}; find . -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +; runuser -u cleo -- sh -c 'rm -f .git/index; : >.git/index.lock; : >.git/objects/pack/tmp_pack_Ab12Cd'`,
    'the clone before its first commit': `systemctl stop hermes-gateway; rm -rf ${CHECKOUT}; runuser -u cleo -- git init -q ${CHECKOUT}`,
    'git’s lock left behind': `runuser -u cleo -- touch ${CHECKOUT}/.git/index.lock`,
    'the environment without pip': `rm -rf ${CHECKOUT}/venv/lib/python3*/site-packages ${CHECKOUT}/venv/bin/pip*`,
    'pip in the middle of a package': `cd ${CHECKOUT}/venv/lib/python3*/site-packages; mv aiohttp '~iohttp'; mv aiohttp-*.dist-info '~iohttp.dist-info'; chown -R cleo:cleo .`,
    'a file of pip’s empty': `cd ${CHECKOUT}/venv/lib/python3*/site-packages; truncate -s 0 yaml/__init__.py`,
    '.env being written': `printf 'API_SERVER_KEY=half' >${HERMES}/..env.0123456789ab.tmp; chmod 600 ${HERMES}/..env.0123456789ab.tmp`,
    'the unit written and not loaded':
      "printf '\\n# a kill before daemon-reload\\n' >>/etc/systemd/system/hermes-gateway.service",
    'the unit written, loaded and not enabled': 'systemctl disable --now hermes-gateway 2>/dev/null',
    'stopped by a signal in the middle': 'systemctl kill -s STOP hermes-gateway',
  }),
  ...group('containers', {
    'open-webui made and never started':
      'docker stop -t 5 open-webui >/dev/null; docker update --restart no open-webui >/dev/null',
    'open-webui paused': 'docker pause open-webui >/dev/null',
    'paperclip paused': 'docker pause paperclip >/dev/null',
    'a container of a claim left behind':
      'i=$(docker inspect -f {{.Image}} open-webui); docker create --name open-webui-claim --network none --label otto-install=open-webui-claim $i true >/dev/null',
    'renamed for a new one that never came':
      'docker stop -t 5 open-webui >/dev/null; docker rename open-webui open-webui-before-20261130T190000Z',
    'docker killed': 'systemctl kill -s KILL docker; sleep 1',
  }),
  ...group('site', {
    'written and not enabled':
      'for f in $(grep -rl otto.client.example /etc/nginx/sites-enabled); do rm -f "$f"; done; systemctl reload nginx',
    'half written beside':
      'printf "server {" >/etc/nginx/sites-available/.otto.client.example.0123456789ab.tmp; systemctl reload nginx',
    'certbot killed in a challenge':
      'mkdir -p /var/lib/letsencrypt/temp_checkpoint; f=$(grep -rl otto.client.example /etc/nginx/sites-available /etc/nginx/sites-enabled | head -1); cp "$f" /var/lib/letsencrypt/temp_checkpoint/$(basename "$f")_0; echo "$f" >/var/lib/letsencrypt/temp_checkpoint/FILEPATHS; printf "server{listen 80;server_name otto.client.example;location = /.well-known/acme-challenge/x{default_type text/plain;return 200 x;}}\\n" >>"$f"; systemctl reload nginx',
    'nginx killed': 'systemctl kill -s KILL nginx; sleep 1',
  }),
  ...group('firewall', {
    'on and not confirmed':
      'systemd-run -q --on-active=60 --collect --unit=otto-install-firewall-revert ufw --force disable',
    'off, its rules there': 'ufw --force disable >/dev/null',
    'a rule in its file alone': 'iptables -D ufw-user-input -i docker0 -p tcp --dport 8642 -j ACCEPT',
  }),
  ...group('records', {
    'the ledger being written': `head -c 300 ${STATE}/ledger.json >${STATE}/.ledger.json.0123456789ab.tmp`,
    'the ledger cut off': `truncate -s 300 ${STATE}/ledger.json`,
    'the progress cut off': `printf '{"run":"2' >${STATE}/progress.json`,
    'the answers cut off': `cp ${STATE}/answers.json ${STATE}/.answers.json.0123456789ab.tmp; truncate -s 40 ${STATE}/.answers.json.0123456789ab.tmp`,
    'a line of the journal cut off': `f=$(ls ${STATE}/journal/*.jsonl | tail -1); printf '{"phase":"before","at' >>"$f"`,
    'the record of what was checked cut off': `truncate -s 20 ${STATE}/verified.json`,
    'the undo record being written': `printf '{"operation":"res' >${STATE}/.operation.json.0123456789ab.tmp`,
    'the lock, just left': `mkdir -p ${STATE}/lock; echo '{"pid":4000000,"startTicks":"1","since":"2026-11-30T00:00:00.000Z","mode":"install","version":"1.0.0"}' >${STATE}/lock-holder.json`,
    'the lock, and its holder half written': `mkdir -p ${STATE}/lock; printf '{"pid":' >${STATE}/lock-holder.json`,
    'the lock of a pid that is somebody else’s': `mkdir -p ${STATE}/lock; echo '{"pid":1,"startTicks":"77777","since":"2026-11-30T00:00:00.000Z","mode":"install","version":"1.0.0"}' >${STATE}/lock-holder.json`,
    'the socket of a run that was killed':
      'mkdir -p -m 700 /run/otto-install; rm -f /run/otto-install/run.sock; python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\'/run/otto-install/run.sock\')"; printf \'{"say":"ev\' >/run/otto-install/ended.jsonl',
  }),
];
