import type { FaultContext } from '../fault.ts';

/** The container as it was made last: its image, and the words after `docker run` that matter here. */
export interface Made {
  readonly publish: readonly string[];
  readonly volumes: readonly string[];
  readonly envFile: string;
  /** More words: '-e', 'X=1'. */
  readonly more: readonly string[];
}

const USUAL: Made = {
  publish: ['127.0.0.1:8080:8080'],
  volumes: ['/opt/cleo/open-webui:/app/backend/data'],
  envFile: '/opt/cleo/open-webui.env',
  more: [],
};

/** Removes the container and makes it again by hand, as somebody does who remembers it almost right. */
export async function makeAgain(
  context: FaultContext,
  changes: Partial<Made>,
  verb: 'run' | 'create' = 'run',
) {
  const { publish, volumes, envFile, more } = { ...USUAL, ...changes };
  const image = (await context.run('docker', 'inspect', '-f', '{{.Config.Image}}', 'open-webui')).trim();
  await context.run('docker', 'rm', '-f', 'open-webui');
  const words = [
    ...publish.flatMap((port) => ['-p', port]),
    ...volumes.flatMap((volume) => ['-v', volume]),
    ...['--env-file', envFile, ...more, image],
  ];
  const begin = verb === 'run' ? ['run', '-d'] : ['create'];
  await context.run('docker', ...begin, '--name', 'open-webui', '--restart', 'always', ...words);
}

/** Waits until Open WebUI answers on the port that it is published at. */
export function untilAnswering(context: FaultContext, port = 8080): Promise<void> {
  const url = `http://127.0.0.1:${port}/health`;
  return context.until(
    `${url} to answer`,
    async () => {
      return (await context.droplet.exec(['curl', '-sf', '-m', '3', url])).exitCode === 0;
    },
    120_000,
  );
}

/** Runs Python inside the container. `database` is Open WebUI's, open for writing; what is changed is committed. */
export async function inDatabase(context: FaultContext, program: string): Promise<void> {
  const input = `import sqlite3\ndatabase = sqlite3.connect('/app/backend/data/webui.db', timeout=30)\n${program}\ndatabase.commit()\n`;
  await context.droplet.must(['docker', 'exec', '-i', 'open-webui', 'python3', '-I', '-'], { input });
}

/** Signs in as the administrator and changes what the Admin Panel calls General, as a person does there. */
export async function changeGeneralSettings(
  context: FaultContext,
  changes: Readonly<Record<string, unknown>>,
) {
  const input = `
import json, urllib.request
def ask(path, body=None, token=None):
    headers = {'Content-Type': 'application/json'}
    if token: headers['Authorization'] = 'Bearer ' + token
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request('http://127.0.0.1:8080/api/v1/auths/' + path, data, headers)
    return json.load(urllib.request.urlopen(request, timeout=60))
token = ask('signin', {'email': 'admin@client.example', 'password': 'correct-horse-battery-9'})['token']
ask('admin/config', {**ask('admin/config', token=token), **json.loads(${JSON.stringify(JSON.stringify(changes))})}, token)
`;
  await context.droplet.must(['python3', '-I', '-'], { input, timeoutMs: 120_000 });
}

/** Makes the container again with other variables, as somebody does who read of them somewhere; the env file as it was is kept. */
export async function withVariables(
  context: FaultContext,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const names = Object.keys(variables).map((name) => `-e '/^${name}=/d'`);
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  await context.shell(
    `cp -p ${USUAL.envFile} ${USUAL.envFile}.usual; sed -i ${names.join(' ')} ${USUAL.envFile}`,
  );
  await context.shell(`printf '${lines.join('').replaceAll('\n', '\\n')}' >> ${USUAL.envFile}`);
  await makeAgain(context, { more: ['--label', 'otto-install=open-webui'] });
  await untilAnswering(context);
}

/** The container from the env file as it was before {@link withVariables}. */
export async function backToUsual(context: FaultContext): Promise<void> {
  await context.shell(`mv ${USUAL.envFile}.usual ${USUAL.envFile}`);
  await makeAgain(context, { more: ['--label', 'otto-install=open-webui'] });
  await untilAnswering(context);
}
