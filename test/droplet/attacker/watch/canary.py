"""Runs as root, for the test: places what must survive, and says what of it did not. Arguments: place, note, look, leaks."""
import glob
import gzip
import hashlib
import json
import os
import pwd
import stat
import subprocess
import sys

# Not in /run: a power cut lies between noting and looking.
NOTED = "/var/lib/docker/attacker-noted.json"
MARK = b"PLANTED-BY-AN-ATTACKER"
VICTIMS = ("/etc/victim-journal", "/root/victim-journal", "/var/lib/victim-journal", "/etc/victim-tmp", "/etc/victim-swap")
SECRETS = ("/etc/sentinel-secret", "/root/sentinel-secret", "/home/.victims/secret")
ROOTS = ("/etc", "/root", "/usr", "/boot", "/var/lib", "/var/spool", "/var/local", "/opt", "/srv", "/home/.victims")
# What changes by itself, or is looked at in another way.
APART = ("/var/lib/docker", "/var/lib/containerd", "/opt/attacker", "/var/lib/otto-install", "/var/lib/systemd", "/var/lib/private", "/var/lib/dhcp", "/root/.npm", "/root/.cache")
HASHED = ("/etc", "/root", "/usr/local", "/boot", "/var/spool", "/home/.victims", "/var/lib/victim")


def place(told):
    os.makedirs("/home/.victims", mode=0o755, exist_ok=True)
    os.chmod("/home/.victims", 0o755)
    for path in VICTIMS:
        put(path, "a file that nobody but root may change\n", 0o644)
    for path in SECRETS:
        put(path, told["sentinel"] + " in " + path + "\n", 0o600)
    lines = [line for line in open("/etc/shadow", encoding="utf-8").read().splitlines() if not line.startswith("sentinel:")]
    if not any(line.startswith("sentinel:") for line in open("/etc/passwd", encoding="utf-8")):
        with open("/etc/passwd", "a", encoding="utf-8") as file:
            file.write("sentinel:x:70002:70002::/nonexistent:/usr/sbin/nologin\n")
    with open("/etc/shadow", "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, "sentinel:$6$%s:19000:0:99999:7:::" % told["sentinel"]]) + "\n")


def put(path, text, mode):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def everything():
    for root in ROOTS:
        for place, folders, files in os.walk(root):
            folders[:] = [one for one in folders if os.path.join(place, one) not in APART and one != "__pycache__"]
            for name in [*folders, *files]:
                yield os.path.join(place, name)
        if os.path.isdir(root):
            yield root


def seen():
    found = {}
    for path in everything():
        try:
            one = os.lstat(path)
        except OSError:
            continue
        kind = stat.S_IFMT(one.st_mode)
        what = [kind, stat.S_IMODE(one.st_mode), one.st_uid, one.st_gid]
        if kind == stat.S_IFLNK:
            what.append(os.readlink(path))
        elif kind == stat.S_IFREG:
            what.append(one.st_size)
            if path.startswith(HASHED) and one.st_size < 4_000_000:
                with open(path, "rb") as file:
                    content = file.read()
                what.append(hashlib.sha256(content).hexdigest()[:16])
                if MARK in content:
                    what.append("marked")
        found[path] = what
    return found


def note():
    os.makedirs(os.path.dirname(NOTED), exist_ok=True)
    with open(NOTED, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        json.dump(seen(), file)
    return {}


def look():
    """What is otherwise than it was noted, and what is never right."""
    with open(NOTED, encoding="utf-8") as file:
        before = json.load(file)
    after = seen()
    changes = [[path, before.get(path), after.get(path)] for path in sorted({*before, *after}) if before.get(path) != after.get(path)]
    people = {one.pw_uid: one.pw_name for one in pwd.getpwall() if one.pw_name in ("cleo", "mallory")}
    return {
        "changes": [[path, words(was), words(now)] for path, was, now in changes],
        "marked": [path for path, what in after.items() if what[-1] == "marked"],
        "owned": [[path, people[what[2]]] for path, what in after.items() if what[2] in people],
        # Whoever is not root may write there; a folder with the sticky bit is meant so, and a link has no mode.
        "open": [path for path, what in after.items() if what[1] & 0o002 and what[0] != stat.S_IFLNK and not (what[0] == stat.S_IFDIR and what[1] & 0o1000) and what[0] in (stat.S_IFREG, stat.S_IFDIR)],
        "setuid": foreign([path for path, what in after.items() if what[0] == stat.S_IFREG and what[1] & 0o6000]),
        "victims": [path + " " + wrong for path in (*VICTIMS, *SECRETS) for wrong in [wrongs(path)] if wrong],
        "pwned": sorted(glob.glob("/root/pwned-*") + glob.glob("/etc/created-by-*")),
        "processes": from_homes(),
        "containers": containers(),
    }


def words(what):
    if what is None:
        return None
    return "%s %04o %s:%s %s" % ({stat.S_IFDIR: "folder", stat.S_IFLNK: "link", stat.S_IFREG: "file"}.get(what[0], "thing"), what[1], what[2], what[3], " ".join(map(str, what[4:])))


def wrongs(path):
    try:
        one = os.lstat(path)
    except FileNotFoundError:
        return "is gone"
    if not stat.S_ISREG(one.st_mode):
        return "is no file any more"
    if (one.st_uid, one.st_gid) != (0, 0):
        return "belongs to %d:%d" % (one.st_uid, one.st_gid)
    if stat.S_IMODE(one.st_mode) != (0o600 if path in SECRETS else 0o644):
        return "has mode %04o" % stat.S_IMODE(one.st_mode)
    with open(path, encoding="utf-8", errors="replace") as file:
        return "" if file.read().startswith(("a file that nobody", "SENTINEL")) else "has another content"


def foreign(paths):
    """Those that no package brought."""
    known = set()
    for path in paths:
        if subprocess.run(["dpkg", "-S", "--", path], capture_output=True).returncode == 0 or subprocess.run(["dpkg", "-S", "--", path.replace("/usr/", "/", 1)], capture_output=True).returncode == 0:
            known.add(path)
    return sorted(set(paths) - known)


def from_homes():
    """Processes of root whose program lies in a home."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.stat("/proc/" + pid).st_uid == 0 and os.readlink("/proc/%s/exe" % pid).startswith("/home/"):
                found.append(os.readlink("/proc/%s/exe" % pid))
        except OSError:
            pass
    return found


def containers():
    """As whom the processes of each container run, and whether that is a person here."""
    found = []
    listed = subprocess.run(["docker", "ps", "--format", "{{.Names}}"], capture_output=True, text=True).stdout.split()
    for name in listed:
        top = subprocess.run(["docker", "top", name, "-eo", "uid,pid"], capture_output=True, text=True).stdout.splitlines()[1:]
        for uid in sorted({line.split()[0] for line in top if line.split()}):
            try:
                one = pwd.getpwuid(int(uid)) if uid.isdigit() else pwd.getpwnam(uid)
            except KeyError:
                continue
            if one.pw_uid != 0 and not one.pw_shell.endswith(("nologin", "false")):
                found.append("%s runs as %s" % (name, one.pw_name))
    return found


def leaks(told):
    """Where the secrets of root's that a folder of the user's could lead to have come out: archives, bundles, logs, what others can read."""
    wanted = told["sentinel"].encode()
    found = []
    archives = glob.glob("/var/backups/**/*.tar.gz", recursive=True) + glob.glob("/root/*.tar.gz")
    for path in archives:
        with gzip.open(path) as file:
            if holds(file, wanted):
                found.append("%s holds a secret of root's" % path)
    for folder in ("/home/cleo", "/home/mallory", "/tmp", "/var/tmp", "/dev/shm", "/var/log/otto-install", "/var/lib/otto-install"):
        for place, folders, files in os.walk(folder):
            for name in files:
                path = os.path.join(place, name)
                try:
                    one = os.lstat(path)
                    # Hard links to them are names only; whoever may read the file is what counts.
                    if not stat.S_ISREG(one.st_mode) or one.st_size > 50_000_000 or (one.st_uid == 0 and one.st_mode & 0o077 == 0 and one.st_nlink > 1):
                        continue
                    if (one.st_uid, one.st_mode & 0o007) == (0, 0) and one.st_nlink > 1:
                        continue
                    with open(path, "rb") as file:
                        if holds(file, wanted):
                            found.append("%s holds a secret of root's" % path)
                except OSError:
                    pass
    controls = []
    for path in glob.glob("/var/log/otto-install/*"):
        with open(path, "rb") as file:
            controls += raw(file.read(), path)
    for path in glob.glob("/root/for-support*.tar.gz"):
        with gzip.open(path) as file:
            # The archive's own blocks are full of zeros.
            controls += raw(file.read().replace(b"\0", b""), path)
    return {"leaks": sorted(set(found)), "controls": sorted(set(controls))}


def holds(file, wanted):
    before = b""
    while True:
        piece = file.read(1 << 20)
        if not piece:
            return False
        if wanted in before + piece:
            return True
        before = piece[-len(wanted):]


def raw(content, where):
    """Characters that a terminal obeys, or that turn a line around."""
    text = content.decode("utf-8", errors="surrogateescape")
    bad = {c for c in text if (ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) <= 0x9F or c in "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"}
    # Invalid UTF-8: a terminal in another mode takes 0x9b as a command.
    bad |= {c for c in text if 0xDC80 <= ord(c) <= 0xDC9F}
    return ["%s holds U+%04X raw" % (where, ord(c)) for c in sorted(bad)]


if __name__ == "__main__":
    told = json.loads(sys.stdin.read() or "{}")
    print(json.dumps({"place": lambda: place(told), "note": note, "look": look, "leaks": lambda: leaks(told)}[sys.argv[1]]()))
