import type { FaultContext } from './fault.ts';

/** Recreates Open WebUI's container as it is, with some of its environment or its network changed. */
const RECREATE = String.raw`
import json, os, subprocess, sys, tempfile

wish = json.loads(sys.argv[1])
was = json.loads(subprocess.check_output(["docker", "inspect", "open-webui"]))[0]
of_image = json.loads(subprocess.check_output(["docker", "image", "inspect", was["Image"]]))[0]["Config"]["Env"]
environment = dict(one.split("=", 1) for one in was["Config"]["Env"] if one not in of_image)
if not environment.get("WEBUI_SECRET_KEY"):
    # Older releases keep it in the container's own layer; without it everybody is signed out, which is not this fault.
    environment["WEBUI_SECRET_KEY"] = subprocess.check_output(
        ["docker", "exec", "open-webui", "cat", "/app/backend/.webui_secret_key"]).decode().strip()
for name, value in wish.get("env", {}).items():
    if value is None:
        environment.pop(name, None)
    else:
        environment[name] = value
command = ["docker", "run", "-d", "--name", "open-webui", "--restart", "always", "-p", "127.0.0.1:8080:8080"]
for key, value in was["Config"]["Labels"].items():
    command += ["--label", key + "=" + value]
for mount in was["Mounts"]:
    command += ["-v", mount["Source"] + ":" + mount["Destination"]]
if wish.get("network"):
    command += ["--network", wish["network"]]
with tempfile.NamedTemporaryFile("w") as file:
    file.write("".join(name + "=" + value + "\n" for name, value in environment.items()))
    file.flush()
    subprocess.check_call(["docker", "rm", "-f", "open-webui"], stdout=subprocess.DEVNULL)
    program = wish.get("before")
    if program:
        subprocess.run(
            ["docker", "run", "--rm", "-i", "--network", "none", "-v", was["Mounts"][0]["Source"] + ":/app/backend/data",
             "--entrypoint", "python3", was["Image"], "-I", "-"], input=program.encode(), check=True)
    subprocess.check_call(command + ["--env-file", file.name, was["Config"]["Image"]], stdout=subprocess.DEVNULL)
`;

export interface RecreateWish {
  /** Variables that are set; null takes one out. */
  readonly env?: Readonly<Record<string, string | null>>;
  readonly network?: string;
  /** Python that is run on its data (/app/backend/data) while there is no container. */
  readonly before?: string;
}

/** Recreates the container and waits until Open WebUI answers. */
export async function recreate(context: FaultContext, wish: RecreateWish): Promise<void> {
  await context.run('python3', '-c', RECREATE, JSON.stringify(wish));
  await answers(context);
}

/** What `docker compose up` leaves: the container on a network of its own project. */
export async function onComposeNetwork(context: FaultContext): Promise<void> {
  await context.shell(
    'docker network inspect otto_default >/dev/null 2>&1 || docker network create otto_default',
  );
  await recreate(context, { network: 'otto_default' });
}

/** Changes settings in Open WebUI's database as it is, in either layout of its table; `pairs`: 'openai.enable' → value. */
export function changeStored(pairs: Readonly<Record<string, unknown>>): string {
  return `
import json, sqlite3
pairs = json.loads(${JSON.stringify(JSON.stringify(pairs))})
database = sqlite3.connect("/app/backend/data/webui.db", timeout=10)
columns = [row[1] for row in database.execute("PRAGMA table_info(config)")]
if "key" in columns:
    for key, value in pairs.items():
        database.execute("DELETE FROM config WHERE key = ?", (key,))
        if value is not None:
            database.execute("INSERT INTO config (key, value, updated_at) VALUES (?, ?, 0)", (key, json.dumps(value)))
else:
    identity, data = database.execute("SELECT id, data FROM config ORDER BY id DESC LIMIT 1").fetchone()
    settings = json.loads(data)
    for key, value in pairs.items():
        place = settings
        *path, last = key.split(".")
        for name in path:
            place = place.setdefault(name, {})
        place.pop(last, None)
        if value is not None:
            place[last] = value
    database.execute("UPDATE config SET data = ? WHERE id = ?", (json.dumps(settings), identity))
database.commit()
`;
}

/** Runs that; an Open WebUI that keeps its settings in memory would write them back, so it is stopped for it. */
export async function store(context: FaultContext, pairs: Readonly<Record<string, unknown>>): Promise<void> {
  const { droplet, run, otto } = context;
  const input = changeStored(pairs);
  if (otto === 'current') {
    await droplet.must(['docker', 'exec', '-i', 'open-webui', 'python3', '-I', '-'], { input });
    return;
  }
  const image = (await run('docker', 'inspect', '--format', '{{.Image}}', 'open-webui')).trim();
  await run('docker', 'stop', '-t', '30', 'open-webui');
  const data = '/opt/cleo/open-webui:/app/backend/data';
  const helper = ['docker', 'run', '--rm', '-i', '--network', 'none', '-v', data, '--entrypoint', 'python3'];
  await droplet.must([...helper, image, '-I', '-'], { input });
  await run('docker', 'start', 'open-webui');
  await answers(context);
}

/** Waits until Open WebUI answers. */
export async function answers({ droplet, until }: FaultContext): Promise<void> {
  const ask = ['curl', '-s', '-m', '2', 'http://127.0.0.1:8080/api/config'];
  const up = async () => (await droplet.exec(ask)).stdout.includes('"version"');
  await until('Open WebUI answers', up, 120_000);
}
