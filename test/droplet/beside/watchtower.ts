import type { Place } from '../operate/part.ts';

/**
 * What a tool that keeps containers up to date does, or a person by hand: stops the container, removes it, and runs another one of
 * that name with the settings that it had, as Docker tells them: variables on the command line, no env file.
 */
const REPLACE = String.raw`
import json, subprocess, sys
def docker(*words): return subprocess.run(['docker', *words], capture_output=True, text=True)
seen = docker('inspect', 'open-webui')
if seen.returncode != 0:
    print('there was none at that moment')
    sys.exit()
one = json.loads(seen.stdout)[0]
image = json.loads(docker('image', 'inspect', one['Image']).stdout or '[{}]')[0]
own = (image.get('Config') or {}).get('Env') or []
host = one['HostConfig']
words = ['run', '-d', '--name', 'open-webui', '--restart', host['RestartPolicy']['Name'] or 'no', '--network', host['NetworkMode']]
for bind in host.get('Binds') or []: words += ['-v', bind]
for port, places in (host.get('PortBindings') or {}).items():
    for place in places: words += ['-p', '%s:%s:%s' % (place['HostIp'], place['HostPort'], port)]
for name in host.get('ExtraHosts') or []: words += ['--add-host', name]
for key, value in (one['Config'].get('Labels') or {}).items(): words += ['--label', '%s=%s' % (key, value)]
for line in one['Config'].get('Env') or []:
    if line not in own: words += ['-e', line]
docker('stop', '-t', '20', 'open-webui')
docker('rm', '-f', 'open-webui')
made = docker(*words, one['Config']['Image'])
print('replaced' if made.returncode == 0 else 'its own docker run failed: ' + made.stderr.strip().split('\n')[-1][:160])
`;

export async function replaced({ droplet }: Place): Promise<string> {
  return (await droplet.must(['python3', '-'], { input: REPLACE, timeoutMs: 180_000 })).trim();
}
