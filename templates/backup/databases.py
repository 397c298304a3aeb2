# Databases, read by somebody without rights
#
# SQLite is an active format: a journal beside a database makes whoever opens it write to the database, and delete a file that
# the journal names. So root only copies the bytes, by descriptor and under SQLite's own locks; the copy is opened by a process
# of the user whose folder it lies in, or of nobody where that is root's (Open WebUI's container writes there).
import fcntl
import resource
import select
import time
from contextlib import contextmanager

READER = {{reader}}
NOBODY = 65534
PRIVATE = "/var/tmp"
SIDECARS = ("-wal", "-journal")
# Where SQLite locks: 510 bytes for readers of a database, one byte of its -shm for whoever moves the log into the database.
READERS, READERS_LENGTH, CHECKPOINT = 0x40000002, 510, 121
ANSWER = 1 << 16
READING_SECONDS = 900
# A file with less than this part of its size on the disk is mostly holes.
SPARSE_FROM, SPARSE_RATIO = 16 * PIECE, 16
# What one program may wait in all for locks that somebody does not give back.
waiting = {"left": 60.0}


def why_not(found, uid):
    """Pure. Why an entry below a folder of `uid` is not kept; None when it is."""
    if stat.S_ISDIR(found.st_mode) or stat.S_ISLNK(found.st_mode):
        return None
    if not stat.S_ISREG(found.st_mode):
        return "neither a file, a folder nor a link"
    if is_foreign_link(found, uid):
        return "a hard link to another user's file"
    if found.st_size > SPARSE_FROM and found.st_blocks * 512 * SPARSE_RATIO < found.st_size:
        return "a file of holes, %s long" % megabytes(found.st_size)
    return None


def is_database(fd):
    return os.pread(fd, 16, 0) == b"SQLite format 3\0"


@contextmanager
def held_still(folder, name, fd):
    """Meanwhile nobody changes the file of the database: writers may continue in the log, which is read after it."""
    shm = None
    try:
        beside = folder.stat(name + "-shm")
        if beside is not None and why_not(beside, folder.uid) is None:
            shm = folder.file(name + "-shm", os.O_RDWR)
        yield locked(fd, fcntl.LOCK_SH, READERS_LENGTH, READERS) and (shm is None or locked(shm, fcntl.LOCK_EX, 1, CHECKPOINT))
    finally:
        if shm is not None:
            os.close(shm)
        # Closing would do it as well, but the caller reads on.
        fcntl.lockf(fd, fcntl.LOCK_UN, READERS_LENGTH, READERS)


def locked(fd, how, length, start):
    until = time.monotonic() + min(30.0, waiting["left"])
    begun = time.monotonic()
    try:
        while True:
            try:
                fcntl.lockf(fd, how | fcntl.LOCK_NB, length, start)
                return True
            except OSError:
                if time.monotonic() > until:
                    return False
                # Who writes all the time leaves it free for moments only.
                time.sleep(0.003)
    finally:
        waiting["left"] -= time.monotonic() - begun


def copy_bytes(source, sink, limit=None):
    """From where the source stands to its end, or to the limit; how many."""
    done = 0
    while limit is None or done < limit:
        piece = os.read(source, PIECE if limit is None else min(PIECE, limit - done))
        if not piece:
            break
        view = memoryview(piece)
        while view:
            view = view[os.write(sink, view):]
        done += len(piece)
    return done


def raw_copy(folder, name, sink):
    """Copies a database with its journal or log into the held folder `sink`."""
    fd = folder.file(name)
    try:
        found = os.fstat(fd)
        if why_not(found, folder.uid) is not None:
            raise Unsafe(folder.at(name), "changed while it was read")
        with held_still(folder, name, fd) as still:
            if not still:
                raise Unsafe(folder.at(name), "database is locked")
            put_copy(fd, sink, "database")
            for suffix in SIDECARS:
                beside = folder.stat(name + suffix)
                if beside is None or why_not(beside, folder.uid) is not None:
                    continue
                part = folder.file(name + suffix)
                try:
                    put_copy(part, sink, "database" + suffix)
                finally:
                    os.close(part)
    finally:
        os.close(fd)


def put_copy(fd, sink, name):
    copy = sink.create(name)
    try:
        copy_bytes(fd, copy, os.fstat(fd).st_size)
    finally:
        os.close(copy)


def read_apart(fill, uid, how, made=0, keep=None):
    """What is in a database: {check, accounts, chats, …}. `fill(folder)` puts it into a private folder as "database"; a process of
    `uid` opens it there, nobody for root's. `keep`: where the checked copy goes. {check} alone says why it cannot be read."""
    uid, gid = (uid, group_of(uid)) if uid != 0 else (NOBODY, NOBODY)
    with open_folder(PRIVATE) as base:
        name = CONFIG["private"] + os.urandom(8).hex()
        with base.make_folder(name, 0o700) as folder:
            try:
                fill(folder)
                for one in folder.names():
                    folder.set_owner(one, (uid, gid))
                os.fchown(folder.fd, uid, gid)
                said = asked_apart(folder, uid, gid, how, made)
                if keep is not None and said.get("check") == "ok":
                    take_whole(folder, keep)
                return said
            finally:
                remove_tree(base, name)


def group_of(uid):
    try:
        return pwd.getpwuid(uid).pw_gid
    except KeyError:
        return NOBODY


def asked_apart(folder, uid, gid, how, made):
    size = sum(folder.stat(one).st_size for one in folder.names())

    def before():
        os.setsid()
        os.fchdir(folder.fd)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 * size + 64 * PIECE,) * 2)
        resource.setrlimit(resource.RLIMIT_CPU, (READING_SECONDS,) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    process = subprocess.Popen([*dropped(uid, gid), sys.executable, "-I", "-c", READER, how, repr(float(made))],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=before)
    try:
        said = bounded(process.stdout.fileno())
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.stdout.close()
        process.wait()
    return answer_of(said)


def bounded(fd):
    """What is said within the time, and not more than an answer can be long."""
    said, until = b"", time.monotonic() + READING_SECONDS
    while len(said) <= ANSWER and time.monotonic() < until:
        if select.select([fd], [], [], until - time.monotonic())[0]:
            piece = os.read(fd, ANSWER)
            if not piece:
                return said
            said += piece
    return b""


def answer_of(said):
    """Pure. The answer of a process that may be anybody's: only words and numbers of it."""
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("check"), str):
        return {"check": "it could not be read"}
    if found["check"] != "ok":
        return {"check": shown(found["check"][:200])}
    numbers = {key: found[key] for key in ("accounts", "chats", "newest", "newChats", "newAccounts") if type(found.get(key)) is int}
    revision = found.get("revision")
    return {"check": "ok", "accounts": 0, "chats": 0, **numbers, "revision": shown(revision[:100]) if isinstance(revision, str) else None}


def take_whole(folder, keep):
    """The checked copy, into a file of root's."""
    fd = folder.file("whole")
    try:
        size = os.fstat(fd).st_size
        sink = os.open(keep, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            if copy_bytes(fd, sink, size) != size:
                raise Unsafe(folder.at("whole"), "changed while it was read")
            os.fsync(sink)
        finally:
            os.close(sink)
    finally:
        os.close(fd)


def look_at_database(path, how="count", made=0, keep=None):
    """read_apart() for a database at a path; None where there is none."""
    try:
        folder, name = open_parent(path)
    except FileNotFoundError:
        return None
    with folder:
        if folder.stat(name) is None:
            return None
        return read_apart(lambda private: raw_copy(folder, name, private), folder.uid, how, made, keep)


def clear_private():
    """What a run that was killed left behind."""
    try:
        with open_folder(PRIVATE) as base:
            for one in base.names():
                if one.startswith(CONFIG["private"]):
                    remove_tree(base, one)
    except OSError:
        # systemd clears that folder as well.
        pass
