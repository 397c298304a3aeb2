# The copy of a folder (needs descriptors.py and trees.py). It lies in a folder of its own that only root can enter, KEPT/data:
# whoever can write in what is copied must not be able to write in what is put back.
import fcntl
import subprocess

FICLONE = 0x40049409
PIECE = 1 << 22
DATA = "data"


def copy_content(source, target, size):
    """As the same blocks where the file system can, else piece by piece; what is a hole stays one."""
    try:
        fcntl.ioctl(target, FICLONE, source)
        return
    except OSError:
        pass
    at = 0
    while at < size:
        try:
            at = os.lseek(source, at, os.SEEK_DATA)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            break
        end = os.lseek(source, at, os.SEEK_HOLE)
        while at < end:
            piece = os.pread(source, min(PIECE, end - at), at)
            if not piece:
                break
            written = 0
            while written < len(piece):
                written += os.pwrite(target, piece[written:], at + written)
            at += len(piece)
        at = end
    os.truncate(target, size)


def dress(fd, found):
    """Owner, mode and times of what is open."""
    os.chown(fd, found.st_uid, found.st_gid)
    os.chmod(fd, stat.S_IMODE(found.st_mode))
    os.utime(fd, ns=(found.st_atime_ns, found.st_mtime_ns))


def dress_name(name, to, found):
    """The same for what cannot be opened. Nobody but root gets into the copy, so its names stay what they are."""
    os.chown(name, found.st_uid, found.st_gid, dir_fd=to.fd, follow_symlinks=False)
    os.utime(name, ns=(found.st_atime_ns, found.st_mtime_ns), dir_fd=to.fd, follow_symlinks=False)


def copy_file(here, name, to):
    source = here.file(name)
    try:
        found = os.fstat(source)
        target = to.create(name)
        try:
            copy_content(source, target, found.st_size)
            dress(target, found)
        finally:
            os.close(target)
    finally:
        os.close(source)


def first_name(top, way):
    """The folder in a copy in which a file got its first name."""
    here = top.again()
    for part in way:
        below = here.folder(part)
        here.close()
        here = below
    return here


def copy_into(here, to, top, mount, links, way=()):
    """Copies everything below a held folder into another, which lies `way` below the `top` of the copy. A file with several
    names in it keeps them."""
    for name in here.names():
        found = here.stat(name)
        if found is None:
            raise Unsafe(here.at(name), "was replaced while it was copied")
        kind = stat.S_IFMT(found.st_mode)
        if kind == stat.S_IFDIR:
            with here.folder(name, expected=found) as below:
                if mount_of(below.fd) != mount:
                    raise Unsafe(below.path, "is on another disk, and would not be in the copy")
                with to.make_folder(name, 0o700) as made:
                    copy_into(below, made, top, mount, links, way + (name,))
                    dress(made.fd, found)
        elif kind == stat.S_IFLNK:
            os.symlink(here.link(name), name, dir_fd=to.fd)
            dress_name(name, to, found)
        elif kind == stat.S_IFREG and found.st_ino in links:
            there, called = links[found.st_ino]
            with first_name(top, there) as first:
                os.link(called, name, src_dir_fd=first.fd, dst_dir_fd=to.fd, follow_symlinks=False)
        elif kind == stat.S_IFREG:
            copy_file(here, name, to)
            if found.st_nlink > 1:
                links[found.st_ino] = way, name
        elif kind in (stat.S_IFIFO, stat.S_IFSOCK):
            os.mknod(name, kind | 0o600, dir_fd=to.fd)
            dress_name(name, to, found)
            os.chmod(name, stat.S_IMODE(found.st_mode), dir_fd=to.fd)
        else:
            raise Unsafe(here.at(name), "is a device, which no copy is made of")


def listing(top):
    """What a copy must be like: kind, mode, owner, size and time of everything, and where links lead."""
    skipped = []
    lines = []
    for path, found, here, name in everything(top, lambda path, why: skipped.append(path)):
        kind = stat.S_IFMT(found.st_mode)
        more = (found.st_size, found.st_mtime_ns) if kind == stat.S_IFREG else here.link(name) if kind == stat.S_IFLNK else ()
        lines.append((path, found.st_mode, found.st_uid, found.st_gid, more))
    if skipped:
        raise Unsafe(top.at(skipped[0]), "cannot be copied: it is too deep, or changes meanwhile")
    return lines


def to_disk(folder):
    """All of the file system that a held folder is on: there is no call for it in Python."""
    subprocess.run(["sync", "-f", "/proc/self/fd/%d" % folder.fd], pass_fds=[folder.fd], check=True)
