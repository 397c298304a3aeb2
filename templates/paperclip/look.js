// otto-install: look-at-paperclip
// Runs inside Paperclip's container, as the user that Paperclip runs as: how it says it is, and who administers it. Its database
// listens on the container's loopback alone and has the same password everywhere; one that lies elsewhere is reached with what
// the container's environment says. Reads only; no secret comes out. Prints one line of JSON.
const { createRequire } = require('node:module');
const { readFileSync } = require('node:fs');

const LIMIT = {{limit}};
setTimeout(() => finish(), LIMIT).unref();

const found = { health: null, administrators: null };
function finish() {
  process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0));
}

/** The server's own way to its database: where its packages are depends on how the image was made. */
function client() {
  for (const place of ['/app/node_modules/@paperclipai/db/', '/app/packages/db/', '/app/server/', '/app/'])
    try {
      return createRequire(`${place}x.js`)('postgres');
    } catch {}
  return undefined;
}

function address() {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const home = process.env.PAPERCLIP_HOME || '/paperclip';
  const instance = process.env.PAPERCLIP_INSTANCE_ID || 'default';
  // The fourth line of what a running PostgreSQL writes about itself is its port.
  const port = Number(readFileSync(`${home}/instances/${instance}/db/postmaster.pid`, 'utf8').split('\n')[3]);
  return `postgres://paperclip:paperclip@127.0.0.1:${port}/paperclip`;
}

async function administrators() {
  const postgres = client();
  if (postgres === undefined) return null;
  const sql = postgres(address(), { max: 1, connect_timeout: 5, onnotice() {} });
  try {
    return await sql`
      select u.email, u.name from instance_user_roles r join "user" u on u.id = r.user_id
      where r.role = 'instance_admin' order by r.created_at limit 50`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function main() {
  try {
    const answer = await fetch(`http://127.0.0.1:${process.env.PORT || 3100}/api/health`, { signal: AbortSignal.timeout(5000) });
    found.health = (await answer.text()).slice(0, 10000);
    if (JSON.parse(found.health).status === 'ok') found.administrators = await administrators();
  } catch {}
  finish();
}
main();
