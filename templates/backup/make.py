# otto-install: backup
# Writes one archive of everything that an Otto would miss, reads it back and compares it with its manifest before it gets
# its name. Run by otto-install, and every night by systemd. Arguments: make, tidy (removes what an earlier run left half
# done), survey (says how much there is and whether there is room).
import datetime
import shlex
import socket
import urllib.request

{{descriptors}}

{{trees}}

{{common}}

{{archive}}

CONFIG = json.loads({{config}})
SECRET = json.loads({{secret}})
FOLDER = CONFIG["folder"]
PARTS = CONFIG["parts"]
HOME = os.path.join(FOLDER, ".otto-staging")
PAUSED = os.path.join(HOME, "paused")
ROOM_TO_BREATHE = 200 * 1000 * 1000
# Beyond this a file is copied from the disk piece by piece.
IN_MEMORY = 8 * 1000 * 1000
# Only this many of the files left out are named; the manifest has them all.
TOLD = 20
# How it ends when it was made, and something in it was damaged before.
WITH_DAMAGE = 3


def target():
    """The archive's path; a daily one is named when it is made."""
    if CONFIG["file"]:
        return CONFIG["file"]
    stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%d-%H%M%S")
    return os.path.join(FOLDER, "otto-%s-%s.tar.gz%s" % (CONFIG["domain"], stamp, ".gpg" if CONFIG["encrypt"] else ""))


def passphrase():
    if not CONFIG["encrypt"]:
        return None
    if CONFIG["passphraseFile"]:
        return text_of(CONFIG["passphraseFile"]).rstrip("\r\n")
    return SECRET["passphrase"]


{{databases}}

{{collect}}

{{gaps}}

{{copies}}

{{versions}}

{{write}}

{{nightly}}

def make():
    begun = time.monotonic()
    path = target()
    growing = path + ".growing"
    problem = folder_problem()
    if problem != "":
        raise Problem("exposed", problem + ". Name another folder with --to. Nothing was changed.")
    os.makedirs(FOLDER, mode=0o700, exist_ok=True)
    with alone():
        tidy_up()
        if os.path.lexists(path):
            raise Problem("taken", "There is a file of that name already: %s. Nothing was changed." % path)
        entries, left_out = collect()
        if not has_database(entries):
            raise Problem("no-database", " ".join(["There is no database at %s: a backup without accounts and chats would be none." % database_path(),
                                                   *elsewhere(entries)]))
        total, staged = measure(entries)
        needed = total + staged + ROOM_TO_BREATHE
        if free_bytes() < needed:
            raise Problem("no-room", "%s are free in %s; %s are needed while the archive is made." % (megabytes(free_bytes()), FOLDER, megabytes(needed)))
        say("%d files, %s" % (len(entries), megabytes(total)))
        os.makedirs(HOME, mode=0o700)
        try:
            contents, damaged = stage_databases(entries, left_out)
            stage_paused(entries, left_out)
            damaged += broken_clusters(entries)
            without = elsewhere(entries)
            manifest = write(growing, entries, contents, {"leftOut": left_out, "damaged": damaged, "elsewhere": without})
            say("Written: %s. Reading it back." % megabytes(os.path.getsize(growing)))
            if read_archive(growing, passphrase(), PARTS, lambda member, place, source: None) != manifest:
                raise Problem("damaged", "What was read back is not what was written. Nothing was kept.")
            os.rename(growing, path)
            sync(FOLDER)
        finally:
            remove(growing)
            tidy_up()
        size = os.path.getsize(path)
        tell_left_out(left_out)
        for one in without:
            say("not in it: " + one)
        for one in damaged:
            say("warning: damaged, and in the backup as it is: " + one)
        say("Read back and compared with its manifest: %d files are as they were here" % len(manifest["files"]))
        say("backup: %s (%s, %.0f s)" % (path, megabytes(size), time.monotonic() - begun))
        if CONFIG["keep"]:
            keep_newest(path)
    return {"archive": path, "bytes": size, "leftOut": len(left_out), "damaged": damaged[:TOLD], "elsewhere": without}


class alone:
    """One backup at a time."""

    def __enter__(self):
        os.makedirs(CONFIG["stateFolder"], mode=0o700, exist_ok=True)
        self.file = open(os.path.join(CONFIG["stateFolder"], "backup.lock"), "w", encoding="utf-8")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Problem("busy", "Another backup is at work on this machine.")

    def __exit__(self, *_):
        self.file.close()


def tidy_up():
    """Removes what an earlier run left half done. Whatever it had paused runs again."""
    if os.path.exists(PAUSED):
        container = text_of(PAUSED).strip()
        if container:
            run(["docker", "unpause", container])
    remove(HOME)
    clear_private()
    for one in os.listdir(FOLDER) if os.path.isdir(FOLDER) else []:
        if re.fullmatch(r"otto-.*\.tar\.gz(\.gpg)?\.growing", one):
            remove(os.path.join(FOLDER, one))
    if CONFIG["file"]:
        remove(CONFIG["file"] + ".growing")


def tidy_alone():
    """Another backup that is at work has cleared that folder before it began, so that what it does now is all that is in there."""
    for _ in range(60):
        try:
            with alone():
                return tidy_up()
        except Problem as problem:
            if problem.kind != "busy":
                raise
        time.sleep(1)
    if CONFIG["file"]:
        remove(CONFIG["file"] + ".growing")
    say("another backup is at work; of this one nothing is left")


def wait_for_others():
    """An update or a restore is not to be photographed in its middle."""
    record = os.path.join(CONFIG["stateFolder"], "operation.json")
    for _ in range(60):
        # The operation that sets up the nightly backup starts it once.
        if not os.path.exists(record) or '"operation": "backup"' in text_of(record):
            return
        time.sleep(30)
    raise Problem("operation", "An operation of otto-install was at work, or was cut off, for half an hour. Start otto-install: it finishes that or rolls it back.")


def recorded(work):
    """Does it and writes down how it ended, for `otto-install status`."""
    begun = time.monotonic()
    last = {"at": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "daily": CONFIG["daily"], "ok": False}
    try:
        last.update(work(), ok=True)
    except Problem as problem:
        last["error"] = str(problem)
        raise
    except OSError as error:
        last["error"] = "%s: %s" % (error.filename or FOLDER, error.strerror)
        raise
    except SystemExit:
        last["error"] = "It was stopped."
        raise
    finally:
        last["seconds"] = round(time.monotonic() - begun, 1)
        if os.path.isdir(CONFIG["stateFolder"]):
            put(CONFIG["last"], last)
    return last


def ended_from_outside(how):
    raise Problem("killed", "It was ended in its middle (%s). Nothing half made was left." % how)


def main(mode):
    if mode == "survey":
        return survey()
    if mode == "tidy":
        if folder_problem() == "" and os.path.isdir(FOLDER):
            tidy_alone()
        # What systemd says of the run that it ended: it could not write that down itself.
        if os.environ.get("SERVICE_RESULT") in ("signal", "timeout", "core-dump", "oom-kill", "watchdog"):
            recorded(lambda: ended_from_outside(os.environ["SERVICE_RESULT"]))
        return None
    if CONFIG["daily"]:
        wait_for_others()
    if recorded(make)["damaged"]:
        # It is made and can be restored, and somebody has to look: systemd shows the night's as failed.
        sys.exit(WITH_DAMAGE)
    return None


try:
    main(sys.argv[1])
except Problem as problem:
    sys.stderr.write(shown(str(problem)) + "\n")
    sys.exit(1)
except OSError as error:
    sys.stderr.write(shown("%s: %s" % (error.filename or FOLDER, error.strerror)) + "\n")
    sys.exit(1)
