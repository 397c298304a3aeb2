import type { Droplet } from '../machine/droplet.ts';
import { FRESH } from '../script/fresh.ts';

/** Asks both databases who administers; a program that is not there has nobody. */
const OF_OPEN_WEBUI = `
import glob, json, sqlite3
found = []
for path in glob.glob('/opt/*/open-webui/webui.db'):
    try: found += [row[0] for row in sqlite3.connect('file:%s?mode=ro' % path, uri=True, timeout=10).execute("select email from user where role = 'admin'")]
    except sqlite3.Error: pass
print(json.dumps(found))
`;

const OF_PAPERCLIP = `
const { Client } = require('/app/node_modules/pg');
const client = new Client({ connectionString: 'postgres://paperclip:paperclip@127.0.0.1:54329/paperclip' });
client.connect()
  .then(() => client.query('select u.email from instance_user_roles r join "user" u on u.id = r.user_id'))
  .then(({ rows }) => { console.log(JSON.stringify(rows.map(({ email }) => email))); process.exit(0); })
  .catch(() => { console.log('[]'); process.exit(0); });
`;

/** The strangers among those who administer, a sentence each. */
export async function administrators(droplet: Droplet): Promise<readonly string[]> {
  const webui = await droplet.must(['python3', '-I', '-c', OF_OPEN_WEBUI]);
  const paperclip = await droplet.exec(['docker', 'exec', 'paperclip', 'node', '-e', OF_PAPERCLIP], {
    timeoutMs: 20_000,
  });
  return [
    ...strangers(webui, 'Open WebUI'),
    ...(paperclip.exitCode === 0 ? strangers(paperclip.stdout, 'Paperclip') : []),
  ];
}

function strangers(json: string, where: string): readonly string[] {
  const emails = JSON.parse(json.trim().split('\n').at(-1) ?? '[]') as readonly string[];
  return emails
    .filter((email) => email !== FRESH.adminEmail)
    .map((email) => `${email} is an administrator of ${where}`);
}
