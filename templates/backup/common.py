import fnmatch
import gzip
import hashlib
import io
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tarfile

FORMAT = 1
MANIFEST = "manifest.json"
FILES = "files"
PIECE = 1 << 20


class Problem(Exception):
    """Why it cannot continue: a word for programs, and a sentence for people."""

    def __init__(self, kind, words):
        super().__init__(words)
        self.kind = kind


def say(text):
    print(shown(text), flush=True)


def megabytes(count):
    return "%.1f MB" % (count / 1e6) if count < 1e8 else "%d MB" % (count // 1000000)


def run(words, **more):
    """A command that may fail, or not be there at all: 127, as a shell says it."""
    try:
        return subprocess.run(words, **{"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "errors": "replace", **more})
    except FileNotFoundError:
        return subprocess.CompletedProcess(words, 127, "", words[0] + ": command not found")


def remove(path):
    """Whatever it is, and no harm when it is not there."""
    try:
        folder = open_folder(os.path.dirname(path))
    except FileNotFoundError:
        return
    with folder:
        remove_tree(folder, os.path.basename(path))


def sync(path):
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def below(path, folder):
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def matches(name, patterns):
    """A pattern also means everything below what it names; a star crosses folders."""
    return any(fnmatch.fnmatchcase(name, one) or fnmatch.fnmatchcase(name, one + "/*") for one in patterns)


def belongs(part, path):
    """Whether a path is one that this part of an Otto may have in a backup."""
    if path == part["root"]:
        return True
    if not below(path, part["root"]):
        return False
    name = path[len(part["root"].rstrip("/")) + 1:]
    if "include" not in part:
        return not matches(name, part["exclude"])
    return matches(name, part["include"]) or any(below(one, name) for one in part["include"])


def part_of(parts, path):
    """The part with the longest root, since one may lie in the folder of another."""
    found = [part for part in parts if belongs(part, path)]
    return max(found, key=lambda part: len(part["root"])) if found else None


def leads_outward(parts, path, target):
    """Whether a link leads out of everything that a backup may hold."""
    return part_of(parts, os.path.normpath(os.path.join(os.path.dirname(path), target))) is None


def shown(text):
    """A name as it may stand on a terminal or in a log: what is not printable becomes visible."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape", "surrogatepass").decode() for one in text)


def text_of(path, limit=4 << 20):
    """What is in a file of root's or anybody's, "" when it is not one; a FIFO is not waited for, and not more is read than that."""
    try:
        return read_file(path, limit).decode(errors="replace")
    except OSError:
        return ""


def dropped(uid, gid):
    """Words before a command: it runs as this user, without groups, capabilities and any way to more rights."""
    return ["setpriv", "--reuid", str(uid), "--regid", str(gid), "--clear-groups", "--inh-caps=-all", "--ambient-caps=-all",
            "--bounding-set=-all", "--no-new-privs", "--"]


def home_of(uid):
    try:
        return pwd.getpwuid(uid).pw_dir
    except KeyError:
        return "/nonexistent"



def on_signal(number, frame):
    raise SystemExit(128 + number)


for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(one, on_signal)

# Our own surroundings, whatever started us: nothing of them is to reach what runs from here.
for number in range(3):
    try:
        os.fstat(number)
    except OSError:
        os.open(os.devnull, os.O_RDWR)
os.umask(0o077)
os.chdir("/")
KEPT = {one: os.environ[one] for one in ("SERVICE_RESULT",) if one in os.environ}
os.environ.clear()
os.environ.update({"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8", **KEPT})
