# otto-install: folders/give-back
# Gives to a user what does not belong to that user, in a folder where that user may write. As root, because only root can
# give files away; and for that reason never by path. A name may be swapped at any moment for a link to /etc/shadow, or for
# another name of it (a hard link): so each file is held first, then judged, then changed through what is held. Left as they
# are and named: files that have a second name, devices, and what is on another disk. Arguments: user:group, below or itself,
# paths.
{{descriptors}}

{{trees}}

{{tree}}
import grp
import pwd

MOST_NAMED = 20


def number(name, known):
    return int(name) if name.isdigit() else known(name)


def hard_links_are_guarded():
    """Whether users can give a second name only to files that they may write."""
    try:
        with open("/proc/sys/fs/protected_hardlinks") as setting:
            return setting.read().strip() == "1"
    except OSError:
        return False


def why_not(found, fd, mount):
    """Why something stays whose it is; None when it may be given away."""
    if mount_of(fd) != mount:
        return "is on another disk"
    if stat.S_ISDIR(found.st_mode):
        return None
    if stat.S_ISCHR(found.st_mode) or stat.S_ISBLK(found.st_mode):
        return "is a device"
    if found.st_nlink != 1:
        return "has a second name elsewhere (a hard link)"
    # Of a file of the system that was replaced since, the name here may be the only one that is left.
    if not GUARDED and stat.S_ISREG(found.st_mode) and not found.st_mode & stat.S_IROTH:
        return "may have been a file of the system: fs.protected_hardlinks is off, and not everybody may read it"
    return None


GUARDED = hard_links_are_guarded()


def give(name, folder, owner, mount, left):
    """Gives one entry to its new owner, unless it is that user's already."""
    try:
        fd = held(name, folder)
    except FileNotFoundError:
        return
    try:
        found = os.fstat(fd)
        if found.st_uid == owner[0]:
            return
        reason = why_not(found, fd, mount)
        if reason is None:
            # Through what is held: fchown(2) is not for what was only looked up, and chown(2) would go by the name.
            os.chown("/proc/self/fd/%d" % fd, *owner)
        else:
            left(folder.at(name), reason)
    finally:
        os.close(fd)


def give_back(words, how, *paths):
    user, group = words.split(":")
    owner = number(user, lambda name: pwd.getpwnam(name).pw_uid), number(group, lambda name: grp.getgrnam(name).gr_gid)
    left = []
    leave = lambda path, why: left.append("Left alone: %s %s." % (shown(path), why))
    for path in paths:
        folder, name = open_parent(path)
        with folder:
            found = folder.stat(name)
            if found is None:
                fail("%s is not there." % shown(path))
            fd = held(name, folder)
            mount = mount_of(fd)
            os.close(fd)
            give(name, folder, owner, mount, leave)
            if how != "below" or not stat.S_ISDIR(found.st_mode):
                continue
            with folder.folder(name) as top:
                # A folder is given before it is gone into, and the walk holds it by then.
                for _, one, here, below in everything(top, lambda part, why: leave(top.at(part), why)):
                    if one.st_uid != owner[0]:
                        give(below, here, owner, mount, leave)
    for line in left[:MOST_NAMED]:
        say(line)
    if len(left) > MOST_NAMED:
        say("Left alone: %d more." % (len(left) - MOST_NAMED))
    raise SystemExit(1 if left else 0)


started(give_back)
