import { execa } from 'execa';
import type { Droplet } from '../../machine/droplet.ts';

/** Looks at all processes of the droplet ten times a second, and tells each command line and environment once. */
const WATCH = String.raw`
import json, os, select, sys
seen = set()
def note(kind, data):
    if data and (kind, data) not in seen:
        seen.add((kind, data))
        print(json.dumps([kind, data.replace(b'\0', b' ').decode(errors='replace')]), flush=True)
def read(path):
    try:
        with open(path, 'rb') as file: return file.read()
    except OSError: return b''
while True:
    for pid in filter(str.isdigit, os.listdir('/proc')):
        line = read('/proc/%s/cmdline' % pid)
        if not line: continue
        note('argv', line)
        # What a container or Hermes was given is theirs, and only they and root can see it.
        place = read('/proc/%s/cgroup' % pid)
        if b'docker' not in place.replace(b'docker.service', b'') and b'hermes-gateway' not in place: note('environ', read('/proc/%s/environ' % pid))
    if select.select([sys.stdin], [], [], 0.1)[0]: break
`;

/**
 * Starts to look; `stop` ends it and says what was seen, one line for each command line and each environment. A power cut
 * ends it as well. `stop` rejects when nothing was seen: then nothing was proved.
 */
export async function watchProcesses(droplet: Droplet): Promise<{ stop(): Promise<string> }> {
  const [file = '', ...args] = [...(await droplet.enter()), 'python3', '-c', WATCH];
  const child = execa(file, args, { stderr: 'ignore', reject: false });
  child.stdin.on('error', () => undefined);
  return {
    async stop() {
      child.stdin.end('\n');
      const { stdout } = await child;
      if (!stdout.includes('["argv"')) throw new Error('no process of the droplet was seen');
      return stdout;
    },
  };
}
