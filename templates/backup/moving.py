# Moving between held folders

COMING = ".otto-coming"


def is_there(path):
    """Whether something has this name, whatever it is; links of users on the way are an error."""
    try:
        folder, name = open_parent(path)
    except FileNotFoundError:
        return False
    with folder:
        return folder.stat(name) is not None


def way_to(path, folders, make):
    """The folder in which a path belongs, held. With `make` what is missing on the way is made as the backup had it."""
    known = {one["path"]: one for one in folders}

    def missing(here, name):
        one = known.get(here.at(name))
        return here.make_folder(name, one["mode"] & 0o1777 if one else 0o755, owner_of(one) if one else None)

    return open_folder(os.path.dirname(path), missing if make else None)


def way_problem(folder, noted):
    """Pure. Why a folder is not the one that was looked at before; None when it is. Devices have other numbers after a start."""
    return None if noted is None or [folder.identity[1], folder.uid] == noted else "%s is another folder than when it was looked at" % folder.path


def noted_way(path):
    """What way_problem() compares with; None where the folder is not there yet."""
    try:
        with way_to(path, [], False) as folder:
            return [folder.identity[1], folder.uid]
    except FileNotFoundError:
        return None
    except Unsafe as error:
        raise Problem("suspicious", "%s. Nothing is restored through it." % error)


def move(source, name, target, new_name, copied_whole=lambda: None):
    """A rename where that is possible; otherwise a copy that gets its name only when it is whole. `copied_whole` is called before
    the other one is removed, which may be interrupted in its middle."""
    try:
        source.rename(name, target, new_name)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with private_in(target, new_name + COMING) as coming:
            copy_tree(source, name, coming, "whole", 0)
            os.sync()
            coming.rename("whole", target, new_name)
        copied_whole()
        remove_tree(source, name)
        remove_tree(target, new_name + COMING)


def settle(source, name, target):
    """Moves it to its place, whatever somebody may put there meanwhile."""
    for _ in range(TRIES):
        # What a copy that was interrupted left behind of the old one is kept already.
        remove_tree(target, name)
        try:
            return move(source, name, target, name)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.EISDIR, errno.ENOTDIR):
                raise
    raise Problem("changed", "%s could not be put in place: something goes on writing there." % target.at(name))


def private_in(folder, name):
    """A new folder of root's in anybody's folder, held: nobody else can put anything into it, wherever it is moved."""
    remove_tree(folder, name)
    os.mkdir(name, 0o700, dir_fd=folder.fd)
    made = folder.folder(name)
    if made.uid != 0 or made.mode & 0o077 or made.names():
        made.close()
        raise Problem("changed", "%s was swapped while it was made." % folder.at(name))
    return made


def copy_tree(source, name, target, new_name, depth):
    """Copies what has this name into a private folder, with owner, mode and times. Follows nothing; devices and sockets stay
    behind, and no file comes out with another's rights."""
    found = source.stat(name)
    if found is None:
        return
    if depth > DEPTH:
        raise Problem("copy-failed", "%s is too deep to be copied." % source.at(name))
    owner = (found.st_uid, found.st_gid)
    times = (found.st_atime_ns, found.st_mtime_ns)
    if stat.S_ISLNK(found.st_mode):
        os.symlink(source.link(name), new_name, dir_fd=target.fd)
        os.chown(new_name, *owner, dir_fd=target.fd, follow_symlinks=False)
        os.utime(new_name, ns=times, dir_fd=target.fd, follow_symlinks=False)
    elif stat.S_ISDIR(found.st_mode):
        with source.folder(name, expected=found) as here:
            os.mkdir(new_name, 0o700, dir_fd=target.fd)
            with target.folder(new_name) as made:
                for one in here.names():
                    copy_tree(here, one, made, one, depth + 1)
                dress_open(made.fd, owner, found.st_mode & 0o7777, times)
    elif stat.S_ISREG(found.st_mode):
        fd = source.file(name)
        try:
            # Whose it is, is asked of what was opened.
            found = os.fstat(fd)
            sink = target.create(new_name)
            try:
                copy_with_holes(fd, sink, found.st_size)
                dress_open(sink, (found.st_uid, found.st_gid), found.st_mode & 0o777, times)
            finally:
                os.close(sink)
        finally:
            os.close(fd)
    elif stat.S_ISFIFO(found.st_mode):
        os.mkfifo(new_name, found.st_mode & 0o777, dir_fd=target.fd)
        os.chown(new_name, *owner, dir_fd=target.fd, follow_symlinks=False)


def dress_open(fd, owner, mode, times):
    os.fchown(fd, *owner)
    os.fchmod(fd, mode)
    os.utime(fd, ns=times)


def copy_with_holes(source, sink, size):
    """A file of holes takes no more room than before."""
    at = 0
    while at < size:
        try:
            at = os.lseek(source, at, os.SEEK_DATA)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            break
        end = min(os.lseek(source, at, os.SEEK_HOLE), size)
        os.lseek(source, at, os.SEEK_SET)
        os.lseek(sink, at, os.SEEK_SET)
        done = copy_bytes(source, sink, end - at)
        if done == 0:
            break
        at += done
    os.ftruncate(sink, size)
