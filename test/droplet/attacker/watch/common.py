"""What every watcher is made of: attempts side by side, each in a process of its own, counted, and healed at the end."""
import ctypes
import json
import mmap
import os
import random
import select
import signal
import struct
import sys
import time

AT_FDCWD, EXCHANGE = -100, 2
MARK = "PLANTED-BY-AN-ATTACKER"
LIBC = ctypes.CDLL(None, use_errno=True)


def exchange(one, other):
    """Both names change places in one step, as nobody can see a moment between."""
    if LIBC.renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), EXCHANGE) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), one)


def quietly(work, *words):
    """An attacker is not disturbed by what fails."""
    try:
        return work(*words)
    except (OSError, ValueError, UnicodeError):
        return None


def write(path, content, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    os.chmod(path, mode)


def read(path, most=1 << 20):
    """The beginning of a file; nothing of what would make a reader wait."""
    opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return os.read(opened, most)
    finally:
        os.close(opened)


class Newcomers:
    """Processes that were not there at the last look: number and command line."""

    def __init__(self):
        self.known = set(os.listdir("/proc"))

    def look(self):
        now = {name for name in os.listdir("/proc") if name.isdigit()}
        fresh, self.known = now - self.known, now
        for pid in fresh:
            words = quietly(read, "/proc/%s/cmdline" % pid, 4096) or b""
            owner = quietly(os.stat, "/proc/" + pid)
            yield int(pid), None if owner is None else owner.st_uid, words.replace(b"\0", b" ").decode(errors="replace")


class Attempt:
    """One way to attack. `begin` once, `turn` again and again with so many seconds between, `end` puts back what is the attacker's own."""

    pause = 0.05

    def __init__(self, flow, told):
        # What otto-install is doing meanwhile, and what the watcher was told to look for.
        self.flow, self.told = flow, told
        self.random = random.Random("%s %s" % (type(self).__name__, flow))

    def begin(self):
        pass

    def turn(self):
        pass

    def end(self):
        pass


def watch(kinds):
    """Runs the attempts that the arguments name (flow first). Standard input begins with a line of JSON, and its end ends the watching."""
    flow, names = sys.argv[1], sys.argv[2:]
    told = json.loads(sys.stdin.readline() or "{}")
    counts = mmap.mmap(-1, 8 * max(1, len(names)))
    children = []
    for number, name in enumerate(names):
        pid = os.fork()
        if pid == 0:
            alone(kinds[name](flow, told), name, counts, 8 * number)
        children.append(pid)
    tell = lambda: say({"tries": {name: struct.unpack_from("<q", counts, 8 * number)[0] for number, name in enumerate(names)}})
    # A power cut takes the last word, so there is one twice a second.
    while not select.select([sys.stdin], [], [], 0.5)[0]:
        tell()
    for pid in children:
        quietly(os.kill, pid, signal.SIGTERM)
    for pid in children:
        quietly(os.waitpid, pid, 0)
    tell()


def say(what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def alone(attempt, name, counts, place):
    """The child: never returns."""
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(1))
    told = set()

    def tried(times=1):
        struct.pack_into("<q", counts, place, struct.unpack_from("<q", counts, place)[0] + times)

    def effect(words):
        # The same thing is news once.
        if words not in told:
            told.add(words)
            say({"attempt": name, "effect": words})

    attempt.tried, attempt.effect, attempt.over = tried, effect, lambda: bool(ended)
    try:
        quietly(attempt.begin)
        while not ended:
            quietly(attempt.turn)
            if not ended:
                time.sleep(attempt.pause)
        quietly(attempt.end)
    except BaseException as error:  # noqa: BLE001: what is wrong with the test must be seen
        say({"attempt": name, "broken": "%s: %s" % (type(error).__name__, error)})
    sys.stdout.flush()
    os._exit(0)
