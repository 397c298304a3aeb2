# Folders and files by descriptor
#
# Whoever can write a folder can swap anything in it between two steps of ours: a folder for a link to /etc, a file for a hard
# link or a FIFO. So below such a folder nothing is done by path. A path is walked once, name by name from "/", each step
# relative to the descriptor of the step before and without following links; from then on the descriptor is what is meant,
# whatever becomes of its name.
#
# Why not openat2 with RESOLVE_NO_SYMLINKS|RESOLVE_BENEATH: Python has no binding for it, so it would take ctypes with a system
# call number per architecture, and a kernel or a container's filter may lack it. Walking name by name with O_NOFOLLOW refuses
# the same paths: every name is opened in a folder that is held, ".." never comes from outside, and a link is an error. It also
# allows what RESOLVE_NO_SYMLINKS cannot: links that only root can have made, as /opt/otto -> /mnt/volume/otto.
#
# open_folder(path), open_parent(path), open_file(path) and read_file(path) walk from "/"; a Folder opens, makes, renames and
# dresses what is in it by name. trees.py has what works on whole trees: walk(), Reader, remove_tree().
import contextlib
import errno
import os
import stat

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK a FIFO would be waited for.
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
NEW_FILE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
# Each level of a walk holds one descriptor.
DEPTH = 100
# Nobody's folder needs more names than this; listing them all would only fill the memory.
NAMES = 500000


class Unsafe(OSError):
    """Something is not what it must be, so nothing is done with it. `filename` says what, `strerror` why."""

    def __init__(self, path, words):
        super().__init__(errno.ELOOP, words, path)

    def __str__(self):
        return "%s %s" % (self.filename, self.strerror)


class Folder:
    """A folder that is held. `guarded`: nobody but root can rename it or any folder above it. `path` is how it was reached,
    links resolved; it is for words only, never for opening."""

    def __init__(self, fd, path, guarded):
        self.fd, self.path = fd, path
        found = os.fstat(fd)
        self.uid, self.gid, self.device, self.mode = found.st_uid, found.st_gid, found.st_dev, stat.S_IMODE(found.st_mode)
        self.identity = (found.st_dev, found.st_ino)
        self.guarded = guarded

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1

    @property
    def root_only(self):
        """Only root can make, rename or remove anything in it."""
        return self.guarded and self.uid == 0 and not self.mode & 0o022

    def keeps(self, found):
        """Whether nobody but root can rename, replace or remove this entry. In a sticky folder of root, as /tmp, that holds for
        what root owns."""
        return self.guarded and self.uid == 0 and (not self.mode & 0o022 or (bool(self.mode & stat.S_ISVTX) and found.st_uid == 0))

    def kept(self, found):
        """The same, and nobody but root can write to it either: a file of root's for which root alone answers."""
        return self.keeps(found) and found.st_uid == 0 and not found.st_mode & 0o022

    def at(self, name):
        """The path of an entry, for words."""
        return self.path.rstrip("/") + "/" + name

    def again(self):
        """The same folder with a descriptor of its own."""
        return Folder(os.dup(self.fd), self.path, self.guarded)

    def stat(self, name):
        """Of the entry itself, also where it is a link; None when it is not there."""
        try:
            return os.stat(one_name(name), dir_fd=self.fd, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def names(self):
        found = []
        # A descriptor of its own: scandir closes the one that it is given.
        with os.scandir(self.fd) as entries:
            for entry in entries:
                found.append(entry.name)
                if len(found) > NAMES:
                    raise Unsafe(self.path, "holds more than %d names" % NAMES)
        return sorted(found)

    def link(self, name):
        return os.readlink(one_name(name), dir_fd=self.fd)

    def folder(self, name, expected=None):
        """A folder in it; a link is refused. `expected`, an os.stat_result: it must be that very one."""
        one_name(name)
        try:
            fd = os.open(name, FOLDER_FLAGS, dir_fd=self.fd)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR):
                raise Unsafe(self.at(name), "is a link or a file where a folder has to be") from None
            raise OSError(error.errno, error.strerror, self.at(name)) from None
        found = os.fstat(fd)
        if expected is not None and (found.st_dev, found.st_ino) != (expected.st_dev, expected.st_ino):
            os.close(fd)
            raise Unsafe(self.at(name), "changed while it was read")
        return Folder(fd, self.at(name), self.keeps(found))

    def file(self, name, flags=FILE_FLAGS):
        """The descriptor of a regular file in it. Links, FIFOs, devices and sockets are refused, and never waited for."""
        before = os.stat(one_name(name), dir_fd=self.fd, follow_symlinks=False)
        # Opening a device may already do something.
        if not stat.S_ISREG(before.st_mode):
            raise Unsafe(self.at(name), "is not a regular file")
        try:
            fd = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self.fd)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENXIO):
                raise Unsafe(self.at(name), "is not a regular file") from None
            raise OSError(error.errno, error.strerror, self.at(name)) from None
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise Unsafe(self.at(name), "is not a regular file")
        return fd

    def create(self, name, mode=0o600, owner=None):
        """The descriptor of a new file for writing; never one that is there already. `owner`: (uid, gid)."""
        fd = os.open(one_name(name), NEW_FILE_FLAGS, 0o600, dir_fd=self.fd)
        if owner is not None:
            os.fchown(fd, *owner)
        os.fchmod(fd, mode)
        return fd

    def make_folder(self, name, mode=0o755, owner=None):
        """A new folder, held. In somebody's folder it is made as that person: what is made there could be swapped before its
        owner is set. `owner`, (uid, gid), is for folders of root."""
        if self.root_only:
            os.mkdir(one_name(name), 0o700, dir_fd=self.fd)
            made = self.folder(name)
            if owner is not None:
                os.fchown(made.fd, *owner)
            os.fchmod(made.fd, mode)
            return Folder(made.fd, made.path, made.guarded)
        with as_owner(self.uid, self.gid):
            os.mkdir(one_name(name), mode, dir_fd=self.fd)
        return self.folder(name)

    def rename(self, name, other, new_name):
        """Into another held folder, or this one. Replaces what has that name there, as rename(2) does."""
        os.rename(one_name(name), one_name(new_name), src_dir_fd=self.fd, dst_dir_fd=other.fd)

    def set_owner(self, name, owner, mode=None):
        """Owner and mode of a file or folder in it, by its descriptor; a hard link to somebody else's file is refused."""
        found = os.stat(one_name(name), dir_fd=self.fd, follow_symlinks=False)
        held = self.folder(name) if stat.S_ISDIR(found.st_mode) else None
        fd = self.file(name) if held is None else held.fd
        try:
            if is_foreign_link(os.fstat(fd), self.uid):
                raise Unsafe(self.at(name), "is a hard link to another user's file")
            os.fchown(fd, *owner)
            if mode is not None:
                os.fchmod(fd, mode)
        finally:
            os.close(fd)

    def sync(self):
        os.fsync(self.fd)


def one_name(name):
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        raise Unsafe(name, "is not a name in a folder")
    return name


def is_foreign_link(found, uid):
    """Whether this is a hard link to a file of somebody else than `uid`: with fs.protected_hardlinks off, anybody can make one."""
    return stat.S_ISREG(found.st_mode) and found.st_nlink > 1 and found.st_uid != uid


@contextlib.contextmanager
def as_owner(uid, gid):
    """What is made meanwhile belongs to this user and is made with this user's rights. Only for single system calls on a held
    folder: the real and saved ids stay root's, so that the user can neither stop nor trace us."""
    umask = os.umask(0)
    if uid == 0 or os.geteuid() != 0:
        try:
            yield
        finally:
            os.umask(umask)
        return
    groups, group = os.getgroups(), os.getegid()
    os.setgroups([])
    os.setegid(gid)
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.setgroups(groups)
        os.umask(umask)


def open_folder(path, make=None):
    """The folder at an absolute path, walked name by name. Links are followed where only root can have made them: they belong
    to root and lie in a folder that only root can write, below folders that only root can rename. `make(folder, name)` makes
    what is missing and returns it held; without it FileNotFoundError. Raises Unsafe for every other link."""
    if not path.startswith("/") or "\0" in path:
        raise Unsafe(path, "is not an absolute path")
    held = [Folder(os.open("/", FOLDER_FLAGS), "/", True)]
    left = list(reversed(path.split("/")))
    followed = 0
    try:
        while left:
            name = left.pop()
            here = held[-1]
            if name in ("", "."):
                continue
            if name == "..":
                # Only up the way that was walked down.
                if len(held) > 1:
                    held.pop().close()
                continue
            found = here.stat(name)
            if found is None and make is not None:
                held.append(make(here, name))
            elif found is None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), here.at(name))
            elif stat.S_ISLNK(found.st_mode):
                if not (here.root_only and found.st_uid == 0):
                    raise Unsafe(here.at(name), "is a link that not only root can have made, so it is not followed")
                followed += 1
                if followed > 20:
                    raise Unsafe(path, "leads through too many links")
                target = here.link(name)
                if target.startswith("/"):
                    while len(held) > 1:
                        held.pop().close()
                left += reversed(target.split("/"))
            else:
                held.append(here.folder(name))
            if len(held) > DEPTH:
                raise Unsafe(path, "is too deep")
        return held.pop()
    finally:
        for one in held:
            one.close()


def open_parent(path):
    """(folder, name) of what is at a path, held; the name may be missing. A last link is followed where only root can have made it."""
    for _ in range(20):
        folder = open_folder(os.path.dirname(path))
        name = os.path.basename(path)
        found = folder.stat(name)
        if found is None or not stat.S_ISLNK(found.st_mode) or not (folder.root_only and found.st_uid == 0):
            return folder, name
        target = folder.link(name)
        path = target if target.startswith("/") else os.path.join(folder.path, target)
        folder.close()
    raise Unsafe(path, "leads through too many links")


def open_file(path):
    """The descriptor of the regular file at an absolute path, walked as by open_folder()."""
    folder, name = open_parent(path)
    with folder:
        return folder.file(name)


def read_file(path, limit=1 << 20):
    """The first `limit` bytes of a regular file."""
    with open(open_file(path), "rb") as file:
        return file.read(limit)
