# What root does with Paperclip's data, which another user may own and change at this very moment: the deploy user, where the
# image's own user has the same number. So nothing in it is done by path. Root opens each entry from a directory that it holds,
# follows no link (O_PATH, O_NOFOLLOW), and changes the owner of what it opened; what is read or copied is read and copied by a
# process that has nothing but the owner's own rights. Only the folder itself is named by its path, and only below folders of root.
# (needs backup/descriptors.py before it, and move.py after it)
#
#   give FOLDER UID GID     the folder and all that is in it belong to that user from now on
#   aside FOLDER COPY       a copy, checked; it has its name only once it is whole and on the disk
#   return FOLDER COPY      the copy takes the place of the folder; without a copy nothing was changed
#   forget-mark FOLDER NAMES  removes the file with which the PostgreSQL in FOLDER/NAMES says that it runs, once nothing works there
#   move NOTE UID GID FOLDER NAME POLICY URL EXPECTED SECONDS WORDS...
#                           stops the container NAME, gives its data to that user and starts a new one (docker run WORDS). When it
#                           does not answer at URL, the data goes back to whom it belonged and the old container runs again.
#   undo NOTE               undoes a move that was interrupted; may itself be interrupted and started again
import ctypes
import errno
import os
import shutil
import stat
import subprocess
import sys

DEEPEST = 200
EXCHANGE = 2


def say(text):
    print(text, flush=True)


class Problem(Exception):
    """Why it cannot continue, in words for people."""


def below_root(path):
    """The folders above belong to root alone, so that nobody can put a link in place of this one."""
    above, _ = open_parent(path)
    with above:
        if not above.root_only:
            raise Problem("%s is not a folder that only root can change, so root leaves %s alone." % (above.path, path))


def held(number):
    return "/proc/self/fd/%d" % number


def walk(name, parent, visit, depth=0):
    """Calls visit(descriptor, stat, name) for the entry and then for all below it, on the same file system."""
    try:
        entry = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
    except FileNotFoundError:
        return
    try:
        seen = os.fstat(entry)
        if visit(entry, seen, name) is False or not stat.S_ISDIR(seen.st_mode):
            return
        if depth == DEEPEST:
            raise Problem("%s is more than %d folders deep." % (name, DEEPEST))
        listed = os.open(held(entry), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for one in os.listdir(listed):
                walk(one, listed, visit, depth + 1)
        finally:
            os.close(listed)
    finally:
        os.close(entry)


def give(folder, uid, gid):
    """
    All of it to one user. A file with a second name may be one of somebody else's that was linked in here: it is left, unless
    it is the owner's own.
    """
    below_root(folder)
    top = os.lstat(folder)
    if not stat.S_ISDIR(top.st_mode):
        raise Problem("%s is not a folder." % folder)
    left = []

    def one(entry, seen, name):
        if seen.st_dev != top.st_dev:
            left.append(name)
            return False
        if (seen.st_uid, seen.st_gid) == (uid, gid):
            return True
        own = seen.st_uid == top.st_uid != 0
        if not own and not stat.S_ISDIR(seen.st_mode) and seen.st_nlink > 1:
            left.append(name)
            return True
        # The descriptor itself, not a path: what it is may have another name by now. It removes set-uid bits too.
        os.chown(held(entry), uid, gid)
        if seen.st_ino == top.st_ino:
            os.chmod(held(entry), 0o700)
        return True

    walk(folder, None, one)
    for name in left[:5]:
        say("left as it is: %s, which has a second name or lies on another file system" % name)


def return_to(folder, uid, gid, others):
    """The way back of give: to whom it belonged."""
    below_root(folder)
    top = os.lstat(folder)

    def one(entry, seen, _):
        if seen.st_dev != top.st_dev:
            return False
        before = others.get(str(seen.st_ino), [uid, gid])
        if seen.st_uid == top.st_uid and [seen.st_uid, seen.st_gid] != before:
            os.chown(held(entry), *before)
        return True

    walk(folder, None, one)


def as_user(uid, gid, words):
    """With that user's rights and no others: no groups, no capabilities, no way to more."""
    limits = ["--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]
    ran = subprocess.run(["setpriv", "--reuid=%d" % uid, "--regid=%d" % gid, *limits, "--", *words],
                         stdin=subprocess.DEVNULL, capture_output=True, cwd="/", env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"})
    if ran.returncode != 0:
        raise Problem(ran.stderr.decode(errors="replace").strip()[-600:] or "%s ended with %d." % (words[0], ran.returncode))
    return ran.stdout


def listing(folder, uid, gid):
    found = as_user(uid, gid, ["find", folder, "(", "-type", "f", "-printf", "%P %m %s %T@\\0", ")", "-o", "-printf", "%P %y %m %l\\0"])
    # A socket is a place to call at, not data.
    return sorted(line for line in found.split(b"\0") if b" s " not in line)


def copy(folder, target):
    """A whole copy, made by the folder's owner, who also owns it."""
    below_root(folder)
    below_root(target)
    top = os.lstat(folder)
    if not stat.S_ISDIR(top.st_mode):
        raise Problem("%s is not a folder." % folder)
    remove(target)
    os.mkdir(target, 0o700)
    os.chown(target, top.st_uid, top.st_gid, follow_symlinks=False)
    try:
        as_user(top.st_uid, top.st_gid, ["cp", "-a", "--reflink=auto", "--one-file-system", "-T", "--", folder, target])
    except Problem:
        remove(target)
        raise
    before, after = (listing(one, top.st_uid, top.st_gid) for one in (folder, target))
    if before != after:
        remove(target)
        raise Problem("The copy of %s is not like it. Nothing was changed." % folder)
    sync(target)
    return len(after)


def remove(path):
    """Whatever it is; the way into it is held open, so no link is followed."""
    try:
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)
    except FileNotFoundError:
        pass


def sync(path):
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        ctypes.CDLL(None, use_errno=True).syncfs(opened)
    finally:
        os.close(opened)


def exchange(one, other):
    """Both change places at once: at no moment is there none."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(-100, os.fsencode(one), -100, os.fsencode(other), EXCHANGE) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), one)


def renewed(folder):
    return folder + ".renewed"


def renew(folder):
    """The same files as new ones: a process of the user from before that still has one open has the old one. Returns whether."""
    fresh = renewed(folder)
    copy(folder, fresh)
    try:
        exchange(folder, fresh)
    except OSError as error:
        say("the files stay the same ones: %s" % error.strerror)
        remove(fresh)


def ours_alone(folder, uid, gid):
    """To that user, and when somebody else who is not root had it, as new files."""
    before = os.lstat(folder).st_uid
    give(folder, uid, gid)
    if before not in (0, uid):
        renew(folder)
        remove(renewed(folder))


def aside(folder, kept):
    remove(kept)
    count = copy(folder, kept + ".growing")
    os.rename(kept + ".growing", kept)
    size = int(subprocess.run(["du", "-sm", kept], capture_output=True, text=True).stdout.split()[0])
    say("copy checked: %d entries, %d MB" % (count, size))


def put_back(folder, kept):
    below_root(folder)
    remove(kept + ".growing")
    if os.path.isdir(kept):
        if os.path.isdir(folder):
            remove(folder + ".updated")
            try:
                os.rename(folder, folder + ".updated")
            except OSError as error:
                # Some file systems (overlay) cannot rename a folder. The copy is whole, so what is here can just go: cut off in the
                # middle, it continues from there.
                if error.errno != errno.EXDEV:
                    raise
                remove(folder)
        os.rename(kept, folder)
        sync(folder)
        say("the data is as it was before")
    else:
        say("no whole copy was kept, so nothing was changed")
    remove(folder + ".updated")


def forget_mark(folder, names):
    """What runs in a container is seen from here as well: its working folder is the same one, whatever it is called in there."""
    held_now = open_folder(folder)
    for name in names.split("/"):
        try:
            held_now = held_now.folder(name)
        except FileNotFoundError:
            return
    for number in os.listdir("/proc"):
        if not number.isdigit():
            continue
        try:
            seen = os.stat("/proc/%s/cwd" % number)
        except OSError:
            continue
        if (seen.st_dev, seen.st_ino) == held_now.identity:
            raise Problem("Something still works in %s: process %s. Its mark was left." % (held_now.path, number))
    try:
        os.unlink("postmaster.pid", dir_fd=held_now.fd)
    except FileNotFoundError:
        pass
