import type { Fault } from '../fault.ts';
import { backToUsual, changeGeneralSettings, inDatabase, withVariables } from './tools.ts';

const touches = ['open-webui.accounts'];

/** Who may sign in to Open WebUI. */
export const faults: readonly Fault[] = [
  {
    name: 'open-webui-sign-up-open',
    group: 'open-webui',
    title: 'Enable New Sign Ups was switched on and forgotten',
    on: ['current', 'april'],
    code: 'sign-up-open',
    touches,
    patience: 180,
    break: (context) => changeGeneralSettings(context, { ENABLE_SIGNUP: true }),
  },
  {
    name: 'open-webui-no-administrator',
    group: 'open-webui',
    title: 'the only administrator was made an ordinary user',
    code: 'administrator-missing',
    touches,
    break: (context) =>
      inDatabase(context, `database.execute("UPDATE user SET role = 'user' WHERE role = 'admin'")`),
  },
  {
    name: 'open-webui-administrator-locked',
    group: 'open-webui',
    title: 'the only administrator was locked out (auth.active = 0)',
    code: 'administrator-missing',
    touches,
    break: (context) =>
      inDatabase(
        context,
        `database.execute("UPDATE auth SET active = 0 WHERE id IN (SELECT id FROM user WHERE role = 'admin')")`,
      ),
  },
  {
    name: 'open-webui-administrator-added',
    group: 'open-webui',
    title: 'an administrator was added that nobody named to otto-install',
    code: 'administrator-not-named',
    touches,
    break: (context) =>
      inDatabase(
        context,
        `
for table in ('user', 'auth'):
    names = [row[1] for row in database.execute('PRAGMA table_info(%s)' % table)]
    row = dict(zip(names, database.execute("SELECT * FROM %s WHERE email = 'ann@client.example'" % table).fetchone()))
    row.update(id='added', email='eve@client.example')
    if table == 'user': row['role'] = 'admin'
    for name in ('oauth', 'oauth_sub', 'api_key', 'username'):
        if name in row: row[name] = None
    marks = ', '.join('?' for _ in names)
    database.execute('INSERT INTO %s VALUES (%s)' % (table, marks), [row[name] for name in names])
`,
      ),
    async after(context) {
      const note = await context.droplet.read('/var/lib/otto-install/administrators.json');
      context.check.matches('the note', note, /"eve@client\.example"/);
      await inDatabase(
        context,
        `for table in ('user', 'auth'): database.execute("DELETE FROM %s WHERE id = 'added'" % table)`,
      );
      await context.droplet.must(['rm', '/var/lib/otto-install/administrators.json']);
    },
  },
  {
    name: 'open-webui-without-sign-in',
    group: 'open-webui',
    title: 'WEBUI_AUTH=False in the environment of the container: nobody has to sign in',
    code: 'sign-in-switched-off',
    async break(context) {
      await withVariables(context, { WEBUI_AUTH: 'False' });
    },
    after: backToUsual,
    touches: ['open-webui'],
    patience: 240,
  },
  {
    name: 'open-webui-sign-in-by-header',
    group: 'open-webui',
    title: 'WEBUI_AUTH_TRUSTED_EMAIL_HEADER=X-Email, and nothing in front that sets or removes that header',
    code: 'sign-in-by-header',
    async break(context) {
      await withVariables(context, { WEBUI_AUTH_TRUSTED_EMAIL_HEADER: 'X-Email' });
    },
    after: backToUsual,
    touches: ['open-webui'],
    patience: 240,
  },
  {
    name: 'open-webui-oauth-sign-up',
    group: 'open-webui',
    title:
      'ENABLE_OAUTH_SIGNUP with a provider, new accounts are of the role user, and the sign-up is closed',
    code: 'accounts-by-other-services',
    async break(context) {
      await withVariables(context, {
        ENABLE_PERSISTENT_CONFIG: 'False',
        ENABLE_SIGNUP: 'False',
        ENABLE_OAUTH_SIGNUP: 'True',
        DEFAULT_USER_ROLE: 'user',
        GITHUB_CLIENT_ID: 'client',
        GITHUB_CLIENT_SECRET: 'secret',
      });
    },
    repair: backToUsual,
    touches: ['open-webui'],
    patience: 240,
  },
  {
    name: 'open-webui-users-see-no-model',
    group: 'open-webui',
    title:
      'BYPASS_MODEL_ACCESS_CONTROL missing, as on every Otto made by hand: ordinary accounts see no model',
    code: 'users-see-no-model',
    async break(context) {
      await withVariables(context, { BYPASS_MODEL_ACCESS_CONTROL: 'False' });
    },
    after: backToUsual,
    touches: ['open-webui'],
    patience: 240,
  },
  {
    name: 'open-webui-accounts-alike',
    group: 'open-webui',
    title: 'two accounts whose e-mail addresses differ only in case: the next update would die of it',
    // Later releases have an index that does not let it come to that.
    on: ['april'],
    code: 'accounts-differ-in-case',
    touches,
    break: (context) =>
      inDatabase(
        context,
        `
for table, columns in (('user', ['email']), ('auth', ['email'])):
    names = [row[1] for row in database.execute('PRAGMA table_info(%s)' % table)]
    row = dict(zip(names, database.execute("SELECT * FROM %s WHERE email = 'ann@client.example'" % table).fetchone()))
    row.update(id='alike', email='Ann@Client.example')
    for name in ('oauth', 'oauth_sub', 'api_key'):
        if name in row: row[name] = None
    marks = ', '.join('?' for _ in names)
    database.execute('INSERT INTO %s VALUES (%s)' % (table, marks), [row[name] for name in names])
`,
      ),
    async after(context) {
      const { stdout } = await context.droplet.exec([
        ...['python3', '-c'],
        `import sqlite3; print(sqlite3.connect('/opt/cleo/open-webui/webui.db').execute("SELECT email FROM user WHERE id = 'alike'").fetchone()[0])`,
      ]);
      context.check.equal('the address of the second one', stdout.trim(), 'ann+2@client.example');
      await inDatabase(
        context,
        `for table in ('user', 'auth'): database.execute("DELETE FROM %s WHERE id = 'alike'" % table)`,
      );
    },
  },
];
