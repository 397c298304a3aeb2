"""What a whole droplet is like, kept as JSON inside of it, and what of it is another now.

    snapshot.py take NAME         keeps what there is now
    snapshot.py diff NAME OTHER   prints what is otherwise than in NAME, each with its value then, now, and in OTHER

A thing is a kind and a name; its value is whatever tells it from another of that name, in words or a digest.
"""
import glob
import hashlib
import json
import os
import re
import stat
import subprocess
import sys

# What was healthy has to outlive a power cut; what was before a fix has to fit where the disk is full.
KEPT = {'healthy': '/var/lib/otto-harm'}
BRIEF = '/dev/shm/otto-harm'

# What changes by itself while programs run, belongs to otto-install, or is looked at elsewhere (survives.ts: accounts, chats, settings).
NOT_WALKED = {
    '/proc', '/sys', '/dev', '/run', '/tmp', '/var/tmp', '/var/cache', '/var/log', '/var/lib/docker', '/var/lib/containerd', '/var/lib/systemd',
    # Where a fault puts a small disk below one of these.
    '/mnt',
    '/var/lib/otto-install', '/var/lib/otto-harm', '/var/lib/apt', '/var/lib/dpkg', '/var/lib/nginx', '/var/lib/private', '/opt/otto-install',
    '/opt/cleo/open-webui', '/opt/cleo/paperclip', '/root/.cache', '/root/.npm', '/root/.ssh/known_hosts', '/etc/mtab', '/lost+found',
}
FOLDERS_NOT_WALKED = {'__pycache__', 'node_modules', '.cache', '.npm', '.docker'}
# Hermes and Claude Code write these while they work.
BY_THEMSELVES = re.compile(
    r'(?:/\.hermes|/srv/hermes)/(?!hermes-agent/|\.env$|config\.yaml$|memories/|skills/|SOUL\.md$|[^/]*\.md$)|/\.claude(/|\.json)'
    r'|/\.git/(index|FETCH_HEAD|ORIG_HEAD|gc\.|objects/)|/\.lock$|\.pyc$|/\.(bash|python)_history$|/etc/(resolv\.conf|adjtime|cni/)|/var/lib/(sudo|logrotate|man-db|containers|urandom|dbus|ucf|snapd|cloud)'
    r'|/etc/letsencrypt/\.updated|/\.wget-hsts$|/\.viminfo$|/\.lesshst$|/etc/\.pwd\.lock$|/var/backups/'
)
HASHED = ('/etc/', '/root/', '/home/', '/opt/', '/srv/', '/usr/local/', '/var/spool/', '/var/www/')
NOT_HASHED = re.compile(r'/(site-packages|\.git|dist-packages)/')


def run(*argv):
    try:
        done = subprocess.run(argv, capture_output=True, text=True, errors='replace', timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ''
    return done.stdout if done.returncode == 0 else ''


def docker(*argv):
    """What Docker says; nothing where it hangs, which each of its commands would wait for."""
    if docker.answers is None:
        docker.answers = run('timeout', '6', 'docker', 'version', '--format', '{{.Server.Version}}') != ''
    return run('docker', *argv) if docker.answers else ''


docker.answers = None


def digest(text):
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()[:12]


def rules(program):
    """Rules of the firewall, without counters, positions and the addresses that Docker gives."""
    seen, table = {}, ''
    for line in run(program).splitlines():
        if line.startswith('*'):
            table = line[1:]
        elif line.startswith(':'):
            chain, policy = line[1:].split()[:2]
            if policy != '-':
                seen['%s :%s' % (table, chain)] = policy
        elif line.startswith('-A'):
            name = '%s %s' % (table, re.sub(r'\b172\.(1[6-9]|2\d|3[01])\.\d+\.\d+\b(?!/1)', '172.x', line))
            seen[name] = seen.get(name, 0) + 1
    return seen


def other_tables():
    """Tables of nft that iptables does not show."""
    seen = {}
    for text in re.split(r'^(?=table )', run('nft', '-s', 'list', 'ruleset'), flags=re.M):
        head = re.match(r'table (\S+ \S+) \{', text)
        if head and not re.match(r'ip6? (filter|nat|mangle|raw|security)$', head.group(1)):
            seen[head.group(1)] = digest(text)
    return seen


def sockets():
    seen = {}
    for line in run('ss', '-H', '-l', '-n', '-t', '-u', '-p').splitlines():
        words = line.split()
        if len(words) < 5:
            continue
        where, port = words[4].rsplit(':', 1)
        if words[0] == 'udp' and (int(port) if port.isdigit() else 0) >= 32768:
            continue
        owner = re.search(r'\(\("([^"]+)"', line)
        seen['%s %s:%s' % (words[0], where, port)] = owner.group(1) if owner else 'the kernel'
    return seen


def containers():
    ids = docker('ps', '-aq', '--no-trunc').split()
    seen = {}
    for one in json.loads(docker('inspect', *ids) or '[]') if ids else []:
        config, host = one['Config'], one['HostConfig']
        # Made for one question to a database, by a look that another one overtook.
        if host.get('AutoRemove') and host.get('NetworkMode') == 'none':
            continue
        seen[one['Name'].lstrip('/')] = json.dumps({
            'runs': bool(one['State'].get('Running')),
            'ours': any(label.startswith('otto') for label in config.get('Labels') or {}),
            'restart': host['RestartPolicy']['Name'],
            'image': one['Image'][7:19],
            'ports': sorted('%s:%s' % (b.get('HostIp') or '*', b['HostPort']) for all in (host.get('PortBindings') or {}).values() for b in all or []),
            'mounts': sorted(m.get('Name') or m.get('Source', '') for m in one.get('Mounts', [])),
            'networks': sorted(one['NetworkSettings']['Networks']),
            'id': one['Id'][:12],
        }, sort_keys=True)
    return seen


def units():
    enabled = {}
    for line in run('systemctl', 'list-unit-files', '--no-legend', '--plain', '--type=service,timer,socket').splitlines():
        words = line.split()
        if len(words) > 1:
            enabled[words[0]] = words[1]
    seen = {}
    for line in run('systemctl', 'list-units', '--all', '--no-legend', '--plain', '--type=service,timer,socket').splitlines():
        words = line.split()
        if len(words) > 3:
            up = words[3] in ('running', 'listening', 'waiting', 'elapsed')
            seen[words[0]] = '%s, %s' % (enabled.pop(words[0], 'no file'), 'up' if up else 'down')
    for name, state in enabled.items():
        seen[name] = '%s, down' % state
    passing = re.compile(r'^(user@|session|systemd-|run-|otto-install|polkit|packagekit|udisks|user-runtime|getty|serial|console|apt-daily|dpkg-|man-db|logrotate|certbot\.service|e2scrub|fstrim|phpsession|motd|cloud-|dbus-org)')
    return {name: value for name, value in seen.items() if not passing.match(name)}


def restarts():
    """Services that systemd has started again by itself, and how often."""
    seen = {}
    for block in run('systemctl', 'show', '--type=service', '--all', '-p', 'Id,NRestarts', '*').split('\n\n'):
        values = dict(line.split('=', 1) for line in block.splitlines() if '=' in line)
        if values.get('NRestarts', '0') != '0':
            seen[values.get('Id', '')] = values['NRestarts']
    return seen


def accounts():
    seen = {}
    for path in ('/etc/passwd', '/etc/group', '/etc/shadow'):
        try:
            with open(path, errors='replace') as file:
                for line in file:
                    name, _, rest = line.rstrip('\n').partition(':')
                    seen['%s of %s' % (name, path)] = digest(rest) if path == '/etc/shadow' else rest
        except OSError:
            pass
    return seen


def packages():
    lines = run('dpkg-query', '-W', '-f', '${Package}:${Architecture} ${Version} ${db:Status-Abbrev}\n').splitlines()
    return {line.split(' ', 1)[0]: line.split(' ', 1)[1].strip() for line in lines if ' ' in line}


def proxies():
    seen = {}
    for path in glob.glob('/etc/nginx/**', recursive=True):
        if os.path.isfile(path) and not os.path.islink(path):
            with open(path, errors='replace') as file:
                for line in re.findall(r'^\s*(?:\w+_pass|server)\s+[^{\n]+;', file.read(), re.M):
                    seen['%s: %s' % (path, ' '.join(line.split()))] = 'there'
    return seen


def files():
    seen, folders = {}, ['/']
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            path = entry.path
            if path in NOT_WALKED or BY_THEMSELVES.search(path):
                continue
            try:
                state = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            who = '%o %d:%d' % (stat.S_IMODE(state.st_mode), state.st_uid, state.st_gid)
            if stat.S_ISDIR(state.st_mode):
                if entry.name not in FOLDERS_NOT_WALKED:
                    seen[path] = 'folder ' + who
                    folders.append(path)
            elif stat.S_ISLNK(state.st_mode):
                seen[path] = 'link to ' + os.readlink(path)
            elif stat.S_ISREG(state.st_mode):
                seen[path] = '%s %d %s' % (who, state.st_size, content(path, state))
    return seen


def content(path, state):
    """By content where people write; elsewhere size and time have to do."""
    if state.st_size <= 1 << 18 and path.startswith(HASHED) and not NOT_HASHED.search(path):
        try:
            with open(path, 'rb') as file:
                return digest(file.read())
        except OSError:
            return 'unreadable'
    return str(state.st_mtime_ns)


def named(*argv):
    said = docker(*argv[1:]) if argv[0] == 'docker' else run(*argv)
    return {line.split(' ', 1)[0]: line.partition(' ')[2] for line in said.splitlines() if line}


def look():
    return {
        'rule v4': rules('iptables-save'),
        'rule v6': rules('ip6tables-save'),
        'nft table': other_tables(),
        'socket': sockets(),
        'container': containers(),
        'volume': named('docker', 'volume', 'ls', '--format', '{{.Name}} {{.Driver}}'),
        'network': named('docker', 'network', 'ls', '--format', '{{.Name}} {{.Driver}}'),
        'image': named('docker', 'image', 'ls', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}'),
        'unit': units(),
        'restarts': restarts(),
        'account': accounts(),
        'package': packages(),
        'proxy line': proxies(),
        'file': files(),
    }


def place(name):
    return '%s/%s.json' % (KEPT.get(name, BRIEF), name)


def kept(name):
    try:
        with open(place(name)) as file:
            return json.load(file)
    except OSError:
        return {}


def main(verb, name, other=''):
    now = look()
    if verb == 'take':
        os.makedirs(os.path.dirname(place(name)), exist_ok=True)
        with open(place(name), 'w') as file:
            json.dump(now, file)
        return
    before, healthy = kept(name), kept(other)
    differences = []
    for kind, things in now.items():
        then = before.get(kind, {})
        for thing in sorted(set(things) | set(then)):
            if things.get(thing) != then.get(thing):
                differences.append({'kind': kind, 'name': thing, 'before': then.get(thing), 'now': things.get(thing),
                                    'healthy': healthy.get(kind, {}).get(thing)})
    json.dump(differences, sys.stdout)


main(*sys.argv[1:])
