"""Secrets that somebody else's eyes may see: command lines, environments, files, the data of containers."""
import glob
import os

from common import Attempt, quietly, read

FOLDERS = ("/opt", "/var/log", "/var/lib/otto-install", "/var/backups", "/etc", "/home", "/root", "/tmp", "/var/tmp", "/run/user", "/var/lib/docker")


class ReadSecrets(Attempt):
    """Processes all the time; one folder a second."""

    pause = 0.03

    def begin(self):
        # Their names may be told, their values not.
        self.secrets = [(name, value.encode()) for name, value in self.told.get("secrets", [])]
        self.seen, self.next = set(), 0

    def turn(self):
        for pid in os.listdir("/proc"):
            if not pid.isdigit() or pid in self.seen:
                continue
            owner = quietly(os.stat, "/proc/" + pid)
            words = quietly(read, "/proc/%s/cmdline" % pid, 1 << 16)
            self.look(words, "the command line of a process")
            mine = owner is not None and owner.st_uid == os.getuid()
            if not mine:
                self.look(quietly(read, "/proc/%s/environ" % pid, 1 << 16), "the environment of a process of another")
                self.tried()
            # Between fork and exec it still has the words of the one before.
            if words and len(self.seen) < 50000 and self.random.random() < 0.5:
                self.seen.add(pid)
        self.next += 1
        if self.next % 30 == 0:
            self.walk(FOLDERS[self.next // 30 % len(FOLDERS)])

    def walk(self, folder):
        for place, folders, files in os.walk(folder):
            if place in ("/home/" + os.environ.get("USER", "-"), os.path.expanduser("~")):
                folders.clear()
                continue
            for name in files:
                if self.over():
                    return
                path = os.path.join(place, name)
                found = quietly(os.lstat, path)
                if found is None or found.st_mode & 0o170000 != 0o100000 or found.st_size > 5_000_000:
                    continue
                self.tried()
                self.look(quietly(read, path, 5_000_000), path)

    def look(self, text, where):
        for name, value in self.secrets if text else ():
            if value in text:
                self.effect("%s sees %s in %s" % (os.environ["USER"], name, where))


class Containers(Attempt):
    """Data and processes of containers, and the way to Docker."""

    pause = 0.3

    def begin(self):
        self.secrets = [(name, value.encode()) for name, value in self.told.get("secrets", [])]

    def turn(self):
        user = os.environ["USER"]
        for folder in glob.glob("/opt/*/paperclip") + glob.glob("/opt/*/open-webui"):
            self.tried()
            names = quietly(os.listdir, folder)
            if names:
                self.effect("%s lists %s" % (user, folder))
            for path in glob.glob(folder + "/**/secrets/*", recursive=True) + glob.glob(folder + "/*.db"):
                if quietly(read, path, 64):
                    self.effect("%s reads %s" % (user, path))
            if quietly(os.open, folder + "/by-%s" % user, os.O_CREAT | os.O_WRONLY, 0o600) is not None:
                quietly(os.unlink, folder + "/by-%s" % user)
                self.effect("%s writes into %s" % (user, folder))
        for path in glob.glob("/opt/*/*.env"):
            self.tried()
            if quietly(read, path, 64):
                self.effect("%s reads %s" % (user, path))
        for pid in filter(str.isdigit, os.listdir("/proc")):
            if b"docker" not in (quietly(read, "/proc/%s/cgroup" % pid, 4096) or b"").replace(b"docker.service", b""):
                continue
            self.tried()
            for name, value in self.secrets:
                if value in (quietly(read, "/proc/%s/environ" % pid, 1 << 16) or b""):
                    self.effect("%s sees %s in the environment of a container" % (user, name))
            if quietly(signal_of, int(pid)):
                self.effect("%s may end the processes of a container" % user)
        self.tried()
        if os.access("/run/docker.sock", os.W_OK):
            self.effect("%s may talk to Docker" % user)


def signal_of(pid):
    os.kill(pid, 0)
    return True
