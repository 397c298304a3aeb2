"""Starts otto-install and kills it at a moment, from inside the droplet, where a moment is a few milliseconds.

Told as JSON on stdin: words, unit, action, after_ms, how. Says as JSON on stdout what was killed, and what was at work then.
The journal has each action on the disk before it begins.
"""
import glob, json, os, signal, subprocess, sys, time

asked = json.load(sys.stdin)
STATE = '/var/lib/otto-install'
journals = lambda: set(glob.glob(STATE + '/journal/*.jsonl'))
before = journals()
output = open('/run/unbreakable.txt', 'w+')
words = 'exec otto-install ' + asked['words'] + (' --detach' if asked['unit'] else '')
run = subprocess.Popen(['sh', '-c', words], stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd='/root')

def unit_pid():
    shown = subprocess.run(['systemctl', 'show', '-p', 'MainPID', '--value', 'otto-install-run.service'], capture_output=True, text=True)
    return int(shown.stdout or 0)

def at_work():
    if run.poll() is None: return True
    return asked['unit'] and unit_pid() > 0

def read(path):
    try:
        with open(path) as file: return file.read()
    except OSError: return ''

def stat(pid):
    fields = read('/proc/%s/stat' % pid).rpartition(')')[2].split()
    return fields[0], int(fields[1])

def below(top):
    """The processes of a process, the nearest first."""
    parents = {}
    for name in os.listdir('/proc'):
        if not name.isdigit(): continue
        try: parents.setdefault(stat(name)[1], []).append(int(name))
        except (IndexError, ValueError): pass
    found, queue = [], [top]
    while queue:
        for child in parents.get(queue.pop(0), []):
            found.append(child)
            queue.append(child)
    return found

def words_of(pid): return read('/proc/%d/cmdline' % pid).split('\0')

def is_engine(pid):
    """Node with our program; others name it as a file that they read."""
    return 'node' in os.path.basename(words_of(pid)[0]) and words_of(pid)[1].endswith('/otto-install.mjs')

def parent(pid):
    try: return stat(pid)[1]
    except (IndexError, ValueError): return 0 # It is gone.

def purposes():
    """Of each action that was begun, and the id of those that have not ended."""
    begun, open_ones = [], {}
    for path in sorted(journals() - before):
        for line in read(path).split('\n'):
            try: entry = json.loads(line)
            except ValueError: continue
            if entry['phase'] == 'before':
                begun.append(entry['view']['purpose'])
                open_ones[(path, entry['action'])] = entry['view']['purpose']
            else: open_ones.pop((path, entry['action']), None)
    return begun, list(open_ones.values())

def say(**told):
    output.flush()
    output.seek(0)
    print(json.dumps(dict(told, output=output.read()[-3000:])), flush=True)

end = time.time() + 400
while True:
    begun, _ = purposes()
    if len(begun) >= max(asked['action'], 1) or (asked['action'] == 0 and run.poll() is None): break
    if not at_work():
        # A unit may have been too quick to be seen.
        begun, _ = purposes()
        say(state='ended', exit=run.wait(), begun=begun)
        sys.exit()
    if time.time() > end:
        say(state='late', begun=begun)
        sys.exit()
    time.sleep(0.004)
time.sleep(asked['after_ms'] / 1000)
if not at_work():
    say(state='ended', exit=run.wait(), begun=purposes()[0])
    sys.exit()
top = (unit_pid() if asked['unit'] else 0) or run.pid
# What npx or an older Node starts is only what starts the engine; a child that has not become its program yet has the engine's words.
engines = [one for one in [top] + below(top) if is_engine(one) and (one == top or words_of(one) != words_of(parent(one)))]
pid = engines[-1] if engines else top
children = below(pid)
names = [read('/proc/%d/cmdline' % child).replace('\0', ' ')[:90] for child in children]
if asked['how'] == 'engine': os.kill(pid, signal.SIGKILL)
else:
    # Nothing moves any more; then it ends.
    for one in [top] + below(top):
        try: os.kill(one, signal.SIGSTOP)
        except ProcessLookupError: pass
    if asked['how'] == 'all':
        for one in [top] + below(top):
            try: os.kill(one, signal.SIGKILL)
            except ProcessLookupError: pass
begun, open_ones = purposes()
say(state='killed', begun=begun, open=open_ones, children=[name for name in names if name])
