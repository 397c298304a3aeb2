import type { Droplet } from '../../machine/droplet.ts';
import { dropletAddress } from '../../machine/paths.ts';
import { until } from '../../machine/shell.ts';
import { FRESH } from '../../script/fresh.ts';

/** The first account of every Otto that faults are tried on. */
const ADMIN = { email: FRESH.adminEmail, password: 'correct-horse-battery-9' } as const;

const OTHER_PASSWORD = 'another-horse-battery-7';

/** Made last: an Otto that has it is lived in. */
const MARK = '/opt/cleo/paperclip/kept-by-hand';

/**
 * Makes a healthy Otto one that somebody works with: accounts, chats, and what an administrator changes by hand in the
 * course of a year. Done once; does nothing on one that has it all.
 */
export async function makeLivedIn(droplet: Droplet): Promise<void> {
  if ((await droplet.exec(['test', '-e', MARK])).exitCode === 0) return;
  // One that was just booted may still be starting.
  await until('Open WebUI to answer', 120_000, async () =>
    (await droplet.exec(['curl', '-sf', '-o', '/dev/null', 'http://127.0.0.1:8080/api/config'])).exitCode ===
    0
      ? true
      : undefined,
  );
  const admin = await signIn(droplet, ADMIN.email, ADMIN.password);
  const post = (path: string, json: unknown, token = admin) => ask(droplet, path, json, token);
  const add = (name: string, email: string, role: string) =>
    post('/api/v1/auths/add', { name, email, role, password: OTHER_PASSWORD });
  await add('Ann', 'ann@client.example', 'user');
  await add('Newcomer', 'newcomer@client.example', 'pending');
  const ann = await signIn(droplet, 'ann@client.example', OTHER_PASSWORD);
  await post('/api/v1/chats/new', { chat: chat('Invoices of March', 'Which ones are open?') });
  await post('/api/v1/chats/new', { chat: chat('Ratings', 'Compare these two hotels, please: “Süd” & 北.') });
  await post('/api/v1/chats/new', { chat: chat("Ann's letters", 'A letter to the landlord.') }, ann);
  const banner = {
    id: 'b1',
    type: 'info',
    title: '',
    content: 'Closed on Friday',
    dismissible: true,
    timestamp: 1,
  };
  await post('/api/v1/configs/banners', { banners: [banner] });
  await droplet.must(['sh', '-euc', BY_HAND, MARK]);
  await until('Hermes to listen again', 60_000, async () =>
    (await droplet.exec(['curl', '-sf', 'http://127.0.0.1:8642/health'])).exitCode === 0 ? true : undefined,
  );
}

/** Signs in and returns the token. */
async function signIn(droplet: Droplet, email: string, password: string): Promise<string> {
  return (JSON.parse(await ask(droplet, '/api/v1/auths/signin', { email, password })) as { token: string })
    .token;
}

/**
 * Asks the site through nginx, over https, from inside the droplet: one from a saved state trusts the authority that its
 * certificate is from, which the small internet of today no longer has.
 */
async function ask(droplet: Droplet, path: string, json: unknown, token?: string): Promise<string> {
  const config = [
    `url = "https://${FRESH.domain}${path}"`,
    `resolve = "${FRESH.domain}:443:${dropletAddress}"`,
    'silent\nshow-error\nfail-with-body\nmax-time = 30',
    ...(token === undefined ? [] : [`header = "Authorization: Bearer ${token}"`]),
    'header = "Content-Type: application/json"',
    `data = ${JSON.stringify(JSON.stringify(json))}`,
  ];
  return droplet.must(['curl', '--config', '-'], { input: `${config.join('\n')}\n` });
}

/** What was changed with an editor or a command; each line that has to survive says 'by hand'. */
const BY_HAND = String.raw`
home=$(echo /home/*/.hermes)
printf '\n# Added by hand: the time zone of the client\nHERMES_TIMEZONE=Europe/Berlin # by hand\n' >>"$home/.env"
sed -i 's/^  skin: .*/  skin: mono # by hand/' "$home/config.yaml"
grep -q 'skin: mono # by hand' "$home/config.yaml"
cat >/etc/nginx/sites-available/intranet <<'SITE'
# The client's own site, made by hand.
server {
    listen 80;
    server_name intranet.client.example;
    location / { return 204; }
}
SITE
ln -sf ../sites-available/intranet /etc/nginx/sites-enabled/intranet
nginx -qt
systemctl reload nginx
ufw allow 2222/tcp comment 'by hand' >/dev/null
echo '17 3 * * * root test -x /usr/local/bin/backup && /usr/local/bin/backup # by hand' >>/etc/crontab
systemctl restart hermes-gateway
touch "$0"
`;

/** A chat of two messages, as Open WebUI's page stores one. */
function chat(title: string, question: string): unknown {
  const user = {
    id: 'm1',
    parentId: null,
    childrenIds: ['m2'],
    role: 'user',
    content: question,
    timestamp: 1,
  };
  const answer = {
    ...{ id: 'm2', parentId: 'm1', childrenIds: [], role: 'assistant', content: `An answer to: ${question}` },
    ...{ model: 'otto', done: true, timestamp: 2 },
  };
  return {
    title,
    models: ['otto'],
    messages: [user, answer],
    history: { currentId: 'm2', messages: { m1: user, m2: answer } },
    timestamp: 1,
  };
}
