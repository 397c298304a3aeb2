# Whole trees by descriptor (needs descriptors.py)

# How often something is tried again that another process may have undone meanwhile.
TRIES = 100


def walk(folder, wanted, judge, left, most):
    """Yields (path below `folder`, os.stat_result, folder that holds it, name) of everything below, folders before what is in
    them, names sorted. `wanted(path)` says what to look at; `judge(os.stat_result)` why something is left out after all, or None. `left(path, why)` hears what is left out: what changes meanwhile,
    lies on another file system or is too deep. More than `most` are refused. At most DEPTH descriptors are held; nothing is opened by path."""
    levels = [(folder.again(), "", iter(folder.names()))]
    try:
        while levels:
            here, above, names = levels[-1]
            name = next(names, None)
            if name is None:
                levels.pop()[0].close()
                continue
            path = above + name
            if not wanted(path):
                continue
            found = here.stat(name)
            if found is None:
                continue
            most -= 1
            if most < 0:
                raise Unsafe(folder.path, "holds too much to be looked at")
            why = judge(found)
            if why is None and stat.S_ISDIR(found.st_mode) and found.st_dev != folder.device:
                why = "lies on another file system"
            if why is not None:
                left(path, why)
                continue
            yield path, found, here, name
            if not stat.S_ISDIR(found.st_mode):
                continue
            if len(levels) >= DEPTH:
                left(path, "is too deep")
                continue
            below = None
            try:
                below = here.folder(name, expected=found)
                levels.append((below, path + "/", iter(below.names())))
            except OSError as error:
                if below is not None:
                    below.close()
                left(path, error.strerror)
    finally:
        for here, _, _ in levels:
            here.close()


class Reader:
    """Finds again, below a held folder, what walk() listed: each folder on the way must be the one that was listed. Keeps the
    way to the last one open, since the next one is mostly beside it."""

    def __init__(self, folder, identities):
        """`identities`: (device, inode) of each folder by its path below `folder`."""
        self.identities = identities
        self.held = [("", folder.again())]

    def close(self):
        while self.held:
            self.held.pop()[1].close()

    def parent(self, path):
        """The held folder of what is at this path; raises Unsafe when it is another one than was listed."""
        above = os.path.dirname(path)
        while self.held[-1][0] != "" and above != self.held[-1][0] and not above.startswith(self.held[-1][0] + "/"):
            self.held.pop()[1].close()
        while self.held[-1][0] != above:
            at, here = self.held[-1]
            name = above[len(at):].lstrip("/").split("/")[0]
            below = here.folder(name)
            place = at + "/" + name if at else name
            if self.identities.get(place) != below.identity:
                below.close()
                raise Unsafe(here.at(name), "changed while it was read")
            self.held.append((place, below))
        return self.held[-1][1]


def remove_tree(folder, name):
    """Removes whatever has this name in a held folder, with everything below it; no harm when there is nothing. Follows no link,
    leaves the content of another file system alone (and then fails), and reaches any depth."""
    left = [one_name(name)]
    while left:
        remove_below(folder, left.pop(), folder, left, 0)


def remove_below(folder, name, top, left, depth):
    """See remove_tree(). What is too deep to hold all folders on the way is moved up to `top` first, and noted in `left`."""
    for _ in range(TRIES):
        try:
            os.unlink(name, dir_fd=folder.fd)
            return
        except FileNotFoundError:
            return
        except OSError as error:
            # On a disk that is read-only Linux says so even of a name that is not there.
            if error.errno == errno.EROFS and folder.stat(name) is None:
                return
            if not isinstance(error, (IsADirectoryError, PermissionError)):
                raise
            found = folder.stat(name)
            if found is None:
                return
            if not stat.S_ISDIR(found.st_mode):
                raise OSError(error.errno, error.strerror, folder.at(name)) from None
        if found.st_dev != folder.device:
            raise Unsafe(folder.at(name), "lies on another file system, so it is not removed")
        try:
            with folder.folder(name, expected=found) as below:
                for one in below.names():
                    inside = below.stat(one)
                    if depth >= DEPTH and inside is not None and stat.S_ISDIR(inside.st_mode):
                        moved = ".otto-removing-" + os.urandom(8).hex()
                        below.rename(one, top, moved)
                        left.append(moved)
                    else:
                        remove_below(below, one, top, left, depth + 1)
            os.rmdir(name, dir_fd=folder.fd)
            return
        except FileNotFoundError:
            return
        except (Unsafe, NotADirectoryError):
            # Swapped meanwhile: whatever has the name now is looked at afresh.
            continue
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
    raise Unsafe(folder.at(name), "could not be removed: something goes on changing it")
