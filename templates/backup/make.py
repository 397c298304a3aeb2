# otto-install: backup
# Writes one archive of everything that an Otto would miss, reads it back and compares it with its manifest before it gets
# its name. Run by otto-install, and every night by systemd. Arguments: make, tidy (takes away what an earlier run left half
# done), survey (says how much there is and whether there is room).
import datetime
import fcntl
import re
import socket
import time
import urllib.request
from contextlib import redirect_stdout

{{common}}
{{backup}}

CONFIG = json.loads({{config}})
SECRET = json.loads({{secret}})
FOLDER = CONFIG["folder"]
PARTS = CONFIG["parts"]
HOME = os.path.join(FOLDER, ".otto-staging")
PAUSED = os.path.join(HOME, "paused")
ROOM_TO_BREATHE = 200 * 1000 * 1000
# Beyond this a file is copied from the disk piece by piece.
IN_MEMORY = 8 * 1000 * 1000


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
        with open(CONFIG["passphraseFile"], encoding="utf-8") as file:
            return file.read().rstrip("\r\n")
    return SECRET["passphrase"]


# What belongs to it


def text_of(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def sites():
    """The files of nginx that serve this domain; a link with what it leads to."""
    name = re.compile(r"^\s*server_name\s[^;]*(?<![\w.-])" + re.escape(CONFIG["domain"]) + r"(?![\w.-])", re.MULTILINE)
    found = []
    for folder in ("sites-enabled", "sites-available", "conf.d"):
        place = os.path.join("/etc/nginx", folder)
        for one in sorted(os.listdir(place)) if os.path.isdir(place) else []:
            path = os.path.join(place, one)
            if os.path.isfile(path) and name.search(text_of(path)):
                found.append(path)
    return found


def lineages():
    """The names under which certbot keeps the certificates of this domain."""
    used = [one for path in sites() for one in re.findall(r"/etc/letsencrypt/live/([^/\s;]+)/", text_of(path))]
    return sorted({CONFIG["domain"], *used})


def named(part):
    """Paths of a part of which only some things are wanted."""
    root = part["root"]
    if part["name"] == "nginx":
        return sites()
    if part["name"] == "certificate":
        own = [one for name in lineages() for one in ("live/" + name, "archive/" + name, "renewal/" + name + ".conf")]
        own += ["accounts", "options-ssl-nginx.conf", "ssl-dhparams.pem", "cli.ini"]
        return [os.path.join(root, one) for one in own]
    return [os.path.join(root, one) for one in part["include"]]


def walk(part):
    """All paths of a part, folders before what is in them."""
    root = part["root"]
    if not os.path.isdir(root):
        return
    yield root
    starts = named(part) if "include" in part else [os.path.join(root, one) for one in sorted(os.listdir(root))]
    seen = {root}
    for start in starts:
        if not os.path.lexists(start):
            continue
        above = []
        parent = os.path.dirname(start)
        while parent not in seen:
            above.append(parent)
            parent = os.path.dirname(parent)
        for path in [*reversed(above), start]:
            if path not in seen and belongs(part, path):
                seen.add(path)
                yield path
        if os.path.isdir(start) and not os.path.islink(start):
            for place, folders, files in os.walk(start):
                folders.sort()
                folders[:] = [one for one in folders if belongs(part, os.path.join(place, one))]
                for one in sorted([*folders, *files]):
                    path = os.path.join(place, one)
                    if path not in seen and belongs(part, path):
                        seen.add(path)
                        yield path


def beside_database(path):
    """SQLite's own files beside a database: its backup has taken in what they hold."""
    for suffix in ("-wal", "-shm", "-journal"):
        if path.endswith(suffix) and os.path.isfile(path[: -len(suffix)]) and is_database(path[: -len(suffix)]):
            return True
    return False


def collect():
    """Everything to be kept, in order, and what is left out because it leads elsewhere."""
    entries, left_out = [], []
    taken = set()
    for part in PARTS:
        for path in walk(part):
            if path in taken or part_of(PARTS, path) is not part:
                continue
            # A folder of ours may itself be reached through a link, to a volume for example.
            stat = os.stat(path) if path == part["root"] else os.lstat(path)
            kind = {0o100000: "file", 0o040000: "folder", 0o120000: "link"}.get(stat.st_mode & 0o170000)
            if kind is None or (kind == "file" and beside_database(path)):
                continue
            if kind == "link" and leads_outward(PARTS, path, os.readlink(path)):
                left_out.append(path)
                continue
            taken.add(path)
            database = kind == "file" and not part.get("pause") and is_database(path)
            entries.append({"path": path, "type": kind, "stat": stat, "part": part, "database": database})
    return entries, left_out


def measure(entries):
    """Bytes in all, and bytes that are copied beside the archive while it is made."""
    size = lambda one: one["stat"].st_size if one["type"] == "file" else 0
    staged = [one for one in entries if one["database"] or one["part"].get("pause")]
    return sum(map(size, entries)), sum(map(size, staged))


def free_bytes():
    place = FOLDER
    while not os.path.isdir(place):
        place = os.path.dirname(place)
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize


def database_path():
    return os.path.join(CONFIG["openWebuiData"], "webui.db")


def survey():
    entries, left_out = collect()
    total, staged = measure(entries)
    print(json.dumps({
        "files": len(entries),
        "bytes": total,
        "needed": total + staged + ROOM_TO_BREATHE,
        "free": free_bytes(),
        "leftOut": left_out[:20],
        "database": os.path.isfile(database_path()),
        "gpg": shutil.which("gpg") is not None,
        "taken": bool(CONFIG["file"]) and os.path.lexists(CONFIG["file"]),
        "folderProblem": folder_problem(),
    }))


def folder_problem():
    place = FOLDER
    while not os.path.lexists(place):
        place = os.path.dirname(place)
    if not os.path.isdir(place):
        return place + " is a file, so no folder can be made there"
    inside = next((part["root"] for part in PARTS if "include" not in part and belongs(part, FOLDER)), None)
    return "" if inside is None else FOLDER + " lies in " + inside + ", which is backed up: it would hold itself"


# Copies that hold together


def stage_databases(entries):
    """Each database through SQLite's own backup, checked; what Open WebUI's holds."""
    contents = {"accounts": 0, "chats": 0}
    for number, one in enumerate([one for one in entries if one["database"]]):
        copy = os.path.join(HOME, "database-%d" % number)
        database = sqlite3.connect("file:" + one["path"].replace("%", "%25").replace("?", "%3f").replace("#", "%23") + "?mode=rw",
                                   uri=True, timeout=30, isolation_level=None)
        # What is counted and what is copied are the same moment.
        database.execute("BEGIN")
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        ours = one["path"] == database_path()
        with redirect_stdout(io.StringIO()):
            backup(database, copy, counts if ours else lambda held: held.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
        database.execute("ROLLBACK")
        database.close()
        one["copy"] = copy
        if ours:
            copied = sqlite3.connect("file:" + copy + "?mode=ro", uri=True)
            contents = counts(copied)
            contents["revision"] = first(copied, "SELECT version_num FROM alembic_version")
            copied.close()
            say("Open WebUI's database: %d accounts, %d chats, copied and checked" % (contents["accounts"], contents["chats"]))
    return contents


def first(database, query):
    try:
        row = database.execute(query).fetchone()
        return row[0] if row else None
    except sqlite3.Error:
        return None


def stage_paused(entries):
    """Folders of a program with a database of its own: it is held still for the second in which they are copied, so that the
    copy is of one moment; its database recovers from that as from a power cut, only without the loss."""
    for part in PARTS:
        wanted = [one for one in entries if one["part"] is part]
        if not part.get("pause") or not wanted:
            continue
        running = run(["docker", "inspect", "-f", "{{.State.Running}}", part["pause"]]).stdout.strip() == "true"
        copy = os.path.join(HOME, part["name"])
        begun = time.monotonic()
        if running:
            hold_still(part["pause"])
        try:
            copied = run(["cp", "-a", "--reflink=auto", "--", part["root"], copy])
        finally:
            if running:
                go_on(part["pause"])
        if copied.returncode != 0:
            raise Problem("copy-failed", "%s could not be copied: %s" % (part["root"], copied.stderr.strip().splitlines()[-1:]))
        if running:
            say("%s: held still for %.1f s while it was copied" % (part["title"], time.monotonic() - begun))
        for one in list(wanted):
            path = copy + one["path"][len(part["root"]):]
            if os.path.lexists(path):
                one["copy"], one["stat"] = path, os.lstat(path)
            else:
                # It was there when the list was made, and gone a second later.
                entries.remove(one)


def hold_still(container):
    with open(PAUSED, "w", encoding="utf-8") as file:
        file.write(container)
    held = run(["docker", "pause", container])
    if held.returncode != 0:
        os.unlink(PAUSED)
        raise Problem("cannot-pause", "Docker could not hold %s still: %s" % (container, held.stderr.strip()))


def go_on(container):
    going = run(["docker", "unpause", container])
    if going.returncode != 0 and "not paused" not in going.stderr:
        raise Problem("cannot-unpause", "Docker could not let %s go on: %s. Try: docker unpause %s" % (container, going.stderr.strip(), container))
    os.unlink(PAUSED)


# Versions


def versions():
    checkout = CONFIG["hermesCheckout"]
    commit = run(["runuser", "-u", CONFIG["user"], "--", "git", "-C", checkout, "rev-parse", "HEAD"])
    project = re.search(r'^version\s*=\s*"([^"]+)"', text_of(os.path.join(checkout, "pyproject.toml")), re.MULTILINE)
    system = re.search(r'^PRETTY_NAME="?([^"\n]+)', text_of("/etc/os-release"), re.MULTILINE)
    return {
        "hermes": {"version": project.group(1) if project else "", "commit": commit.stdout.strip()},
        "openWebui": {**image_of(CONFIG["openWebuiContainer"]), "version": webui_version()},
        "paperclip": image_of(CONFIG["paperclipContainer"]),
        "system": system.group(1) if system else "",
    }


def image_of(container):
    named = run(["docker", "inspect", "-f", "{{.Config.Image}} {{.Image}}", container]).stdout.split()
    if len(named) != 2:
        return {"image": "", "id": "", "digests": []}
    said = run(["docker", "image", "inspect", "-f", "{{json .RepoDigests}}", named[1]]).stdout
    try:
        digests = json.loads(said) or []
    except ValueError:
        digests = []
    return {"image": named[0], "id": named[1], "digests": digests}


def webui_version():
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(CONFIG["openWebuiUrl"] + "/api/config", timeout=10) as answer:
            return str(json.load(answer).get("version", ""))
    except (OSError, ValueError):
        return ""


def answers():
    try:
        return json.loads(text_of(os.path.join(CONFIG["stateFolder"], "answers.json")))
    except ValueError:
        return {}


# The archive


def described(one, size, digest):
    import grp
    import pwd

    def name(ask, number):
        try:
            return ask(number)[0]
        except KeyError:
            return str(number)

    stat = one["stat"]
    found = {"path": one["path"], "part": one["part"]["name"], "type": one["type"], "size": size, "mode": stat.st_mode & 0o7777,
             "uid": stat.st_uid, "gid": stat.st_gid, "owner": name(pwd.getpwuid, stat.st_uid), "group": name(grp.getgrgid, stat.st_gid)}
    if digest is not None:
        found["sha256"] = digest
    if one["type"] == "link":
        found["target"] = os.readlink(one.get("copy", one["path"]))
    if one["database"]:
        found["database"] = True
    return found


class Hashing:
    """Passes on what is read, adds it up, and is exactly as long as was announced."""

    def __init__(self, file, size, path):
        self.file, self.left, self.path = file, size, path
        self.digest = hashlib.sha256()

    def read(self, count):
        piece = self.file.read(min(count, self.left))
        if len(piece) == 0 and self.left > 0:
            raise Problem("changed", "%s became shorter while it was read. Start the backup again." % self.path)
        self.left -= len(piece)
        self.digest.update(piece)
        return piece


def header(one, size=0):
    stat = one["stat"]
    member = tarfile.TarInfo(FILES + one["path"])
    member.mode, member.uid, member.gid, member.mtime, member.size = stat.st_mode & 0o7777, stat.st_uid, stat.st_gid, int(stat.st_mtime), size
    return member


def add(archive, one):
    if one["type"] == "folder":
        member = header(one)
        member.type = tarfile.DIRTYPE
        archive.addfile(member)
        return described(one, 0, None)
    if one["type"] == "link":
        member = header(one)
        member.type, member.linkname = tarfile.SYMTYPE, os.readlink(one.get("copy", one["path"]))
        archive.addfile(member)
        return described(one, 0, None)
    try:
        file = open_itself(one.get("copy", one["path"]))
    except FileNotFoundError:
        # Taken away since the list was made, as programs do with what they no longer need.
        return None
    with file:
        size = os.fstat(file.fileno()).st_size
        if size <= IN_MEMORY:
            content = file.read()
            size, source = len(content), Hashing(io.BytesIO(content), len(content), one["path"])
        else:
            source = Hashing(file, size, one["path"])
        archive.addfile(header(one, size), source)
    return described(one, size, source.digest.hexdigest())


def write(growing, entries, contents, left_out):
    """The archive under its temporary name, on the disk. Returns the manifest."""
    said = time.monotonic()
    files = []
    with open(os.open(growing, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        secret = passphrase()
        locking = None
        sink = file
        if secret is not None:
            # Counting rounds for itself would need the agent.
            locking = gpg(["--symmetric", "--cipher-algo", "AES256", "--s2k-digest-algo", "SHA512", "--s2k-count", "65011712",
                           "--compress-algo", "none"], secret, stdin=subprocess.PIPE, stdout=file)
            sink = locking.stdin
        try:
            with gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=5, mtime=0) as packed, \
                    tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive:
                for number, one in enumerate(entries):
                    found = add(archive, one)
                    if found is not None:
                        files.append(found)
                    if time.monotonic() - said > 2:
                        said = time.monotonic()
                        say("%d of %d files" % (number + 1, len(entries)))
                manifest = manifest_of(files, contents, left_out)
                content = json.dumps(manifest, indent=1).encode()
                last = tarfile.TarInfo(MANIFEST)
                last.mode, last.size, last.mtime = 0o600, len(content), int(time.time())
                archive.addfile(last, io.BytesIO(content))
            if locking is not None:
                locking.stdin.close()
                said_by_gpg = locking.stderr.read().decode(errors="replace").strip()
                if locking.wait() != 0:
                    raise Problem("gpg-failed", "gpg could not lock the archive: " + said_by_gpg)
        except BrokenPipeError:
            raise Problem("gpg-failed", "gpg could not lock the archive: " + locking.stderr.read().decode(errors="replace").strip())
        finally:
            if locking is not None and locking.poll() is None:
                locking.kill()
                locking.wait()
        file.flush()
        os.fsync(file.fileno())
    return manifest


def manifest_of(files, contents, left_out):
    return {
        "format": FORMAT,
        "madeAt": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "by": CONFIG["version"],
        "host": socket.gethostname(),
        "domain": CONFIG["domain"],
        "user": CONFIG["user"],
        "answers": answers(),
        "versions": versions(),
        "contents": contents,
        "leftOut": left_out,
        "files": files,
    }


def make():
    begun = time.monotonic()
    path = target()
    growing = path + ".growing"
    os.makedirs(FOLDER, mode=0o700, exist_ok=True)
    with alone():
        tidy_up()
        if os.path.lexists(path):
            raise Problem("taken", "There is a file of that name already: %s. Nothing was changed." % path)
        if not os.path.isfile(database_path()):
            raise Problem("no-database", "There is no database at %s: a backup without accounts and chats would be none." % database_path())
        entries, left_out = collect()
        total, staged = measure(entries)
        needed = total + staged + ROOM_TO_BREATHE
        if free_bytes() < needed:
            raise Problem("no-room", "%s are free in %s; %s are needed while the archive is made." % (megabytes(free_bytes()), FOLDER, megabytes(needed)))
        say("%d files, %s" % (len(entries), megabytes(total)))
        for one in left_out:
            say("left out, since it leads out of Otto's folders: " + one)
        os.makedirs(HOME, mode=0o700)
        try:
            contents = stage_databases(entries)
            stage_paused(entries)
            manifest = write(growing, entries, contents, left_out)
            say("Written: %s. Reading it back." % megabytes(os.path.getsize(growing)))
            if read_archive(growing, passphrase(), PARTS, lambda member, place, source: None) != manifest:
                raise Problem("damaged", "What was read back is not what was written. Nothing was kept.")
            os.rename(growing, path)
            sync(FOLDER)
        finally:
            remove(growing)
            tidy_up()
        size = os.path.getsize(path)
        say("Read back and compared with its manifest: %d files are whole" % len(manifest["files"]))
        say("backup: %s (%s, %.0f s)" % (path, megabytes(size), time.monotonic() - begun))
        if CONFIG["keep"]:
            keep_newest(path)
    return {"archive": path, "bytes": size}


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
    """Takes away what an earlier run left half done. What it held still goes on."""
    if os.path.exists(PAUSED):
        container = text_of(PAUSED).strip()
        if container:
            run(["docker", "unpause", container])
    remove(HOME)
    for one in os.listdir(FOLDER) if os.path.isdir(FOLDER) else []:
        if re.fullmatch(r"otto-.*\.tar\.gz(\.gpg)?\.growing", one):
            remove(os.path.join(FOLDER, one))
    if CONFIG["file"]:
        remove(CONFIG["file"] + ".growing")


# Every night


def written_before():
    try:
        return [one for one in json.loads(text_of(CONFIG["written"])) if isinstance(one, dict)]
    except ValueError:
        return []


def keep_newest(path):
    """Removes what is more than wanted, of what these runs wrote themselves and nobody has changed since."""
    stat = os.stat(path)
    known = [one for one in written_before() if unchanged(one)]
    known.append({"path": path, "size": stat.st_size, "mtime": stat.st_mtime_ns})
    for one in known[: -CONFIG["keep"]]:
        os.unlink(one["path"])
        say("removed, since %d are kept: %s" % (CONFIG["keep"], one["path"]))
    put(CONFIG["written"], known[-CONFIG["keep"]:])


def unchanged(one):
    try:
        stat = os.stat(one["path"])
        return stat.st_size == one["size"] and stat.st_mtime_ns == one["mtime"]
    except (OSError, KeyError):
        return False


def put(path, value):
    growing = path + ".growing"
    remove(growing)
    with open(os.open(growing, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(json.dumps(value) + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.rename(growing, path)


def wait_for_others():
    """An update or a restore is not to be photographed in its middle."""
    record = os.path.join(CONFIG["stateFolder"], "operation.json")
    for _ in range(60):
        # The operation that sets up the nightly backup starts it once.
        if not os.path.exists(record) or '"operation": "backup"' in text_of(record):
            return
        time.sleep(30)
    raise Problem("operation", "An operation of otto-install was at work, or was cut off, for half an hour. Start otto-install: it brings it to its end.")


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
    except (SystemExit, sqlite3.Error) as error:
        last["error"] = str(error) if isinstance(error, sqlite3.Error) else "It was stopped, or a database could not be copied."
        raise
    finally:
        last["seconds"] = round(time.monotonic() - begun, 1)
        if os.path.isdir(CONFIG["stateFolder"]):
            put(CONFIG["last"], last)


def ended_from_outside(how):
    raise Problem("killed", "It was ended in its middle (%s). Nothing half made was left." % how)


def main(mode):
    if mode == "survey":
        return survey()
    if mode == "tidy":
        if os.path.isdir(FOLDER):
            with alone():
                tidy_up()
        # What systemd says of the run that it ended: it could not write that down itself.
        if os.environ.get("SERVICE_RESULT") in ("signal", "timeout", "core-dump", "oom-kill", "watchdog"):
            recorded(lambda: ended_from_outside(os.environ["SERVICE_RESULT"]))
        return None
    if CONFIG["daily"]:
        wait_for_others()
    return recorded(make)


try:
    main(sys.argv[1])
except Problem as problem:
    sys.stderr.write(str(problem) + "\n")
    sys.exit(1)
except OSError as error:
    sys.stderr.write("%s: %s\n" % (error.filename or FOLDER, error.strerror))
    sys.exit(1)
except sqlite3.Error as error:
    sys.stderr.write("A database could not be copied: %s\n" % error)
    sys.exit(1)
