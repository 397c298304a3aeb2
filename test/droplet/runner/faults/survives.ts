import type { Droplet } from '../../machine/droplet.ts';

/** Everything that must survive a fix: a name in words ('chat Invoices of ann@…') to its content or a digest of it. */
export type Belongings = Readonly<Record<string, string>>;

/**
 * Collects them inside the droplet. Connections to Hermes are Otto's own, and when somebody was last here changes by
 * itself; everything else in accounts, chats and settings is the client's.
 */
const COLLECT = String.raw`
import glob, hashlib, json, os, sqlite3, subprocess, sys
def digest(value): return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:12]
seen = {}
def note(name, value): seen[name] = value
# Where a fault leaves them: in the folder of the runbook, or in a volume of Docker's.
places = ['/opt/cleo/open-webui/webui.db', *glob.glob('/var/lib/docker/volumes/web_data/_data/webui.db')]
db = sqlite3.connect('file:%s?mode=ro' % next(path for path in places if os.path.exists(path)), uri=True, timeout=10)
db.row_factory = sqlite3.Row
for row in db.execute('select u.id, u.name, u.email, u.role, u.settings, a.password, a.active from user u left join auth a on a.id = u.id'):
    note('account ' + row['email'], digest(list(row)))
for row in db.execute('select c.id, c.user_id, c.title, c.chat, c.archived, u.email from chat c left join user u on u.id = c.user_id'):
    note('chat "%s" of %s' % (row['title'], row['email']), digest([row['id'], row['user_id'], json.loads(row['chat'])]))
def walk(path, value):
    if isinstance(value, dict) and value:
        for key, inner in value.items(): walk(path + '.' + key if path else key, inner)
    elif not path.startswith('openai.') and path != 'version': note('setting ' + path, digest(value))
columns = [row[1] for row in db.execute('pragma table_info(config)')]
if 'data' in columns:
    for row in db.execute('select data from config order by id desc limit 1'): walk('', json.loads(row[0]))
else:
    for row in db.execute('select key, value from config'): walk(row[0], json.loads(str(row[1])))
def text(path):
    with open(path, errors='replace') as file: return file.read()
for home in glob.glob('/home/*/.hermes') + glob.glob('/srv/hermes') + glob.glob('/root/.hermes'):
    for name in ('.env', 'config.yaml'):
        path = home + '/' + name
        lines = text(path).replace('\r', '').split('\n') if os.path.exists(path) else []
        for line in lines:
            if 'by hand' in line: note('%s: %s' % (name, line.strip()), 'there')
for path in ('/etc/nginx/sites-available/intranet', '/etc/nginx/sites-enabled/intranet', '/etc/crontab', '/opt/cleo/paperclip/kept-by-hand'):
    if os.path.exists(path): note(path, digest(text(path)))
rules = subprocess.run(['ufw', 'show', 'added'], capture_output=True, text=True).stdout
for line in rules.split('\n'):
    if 'by hand' in line: note('firewall rule: ' + line, 'there')
json.dump(seen, sys.stdout)
`;

/** What there is now. */
export async function belongings(droplet: Droplet): Promise<Belongings> {
  return JSON.parse(await droplet.must(['python3', '-'], { input: COLLECT })) as Belongings;
}

/** What of it is gone or changed, in words. What came new is no loss. */
export function lost(before: Belongings, after: Belongings): readonly string[] {
  return Object.entries(before).flatMap(([name, value]) => {
    if (!(name in after)) return [`${name} is gone`];
    return after[name] === value ? [] : [`${name} is another`];
  });
}
