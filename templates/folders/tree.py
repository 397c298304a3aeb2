# For the programs of templates/folders (needs descriptors.py and trees.py). A folder of another user holds whatever that user
# likes: names with newlines, folders in each other without end, files that are replaced at every moment.
import json
import resource
import sys


def say(text):
    print(text, flush=True)


def fail(words):
    say(words)
    raise SystemExit(1)


def shown(path):
    """A path for people: what a terminal could take for an order is written out."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape", "surrogatepass").decode() for one in path)


def started(program):
    """Runs a program with its arguments, of which the first is its name; what it refuses, or the disk does, becomes a line."""
    # Each folder on the way down is held open.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    os.umask(0o077)
    try:
        program(*sys.argv[2:])
    except Unsafe as error:
        fail("%s %s" % (shown(error.filename), error.strerror))
    except OSError as error:
        fail("%s: %s" % (shown(str(error.filename or "")), error.strerror))


# More than this is nothing that anybody keeps here.
MOST = 5000000


def everything(folder, left=lambda path, why: None):
    """walk() over all that is below a held folder."""
    return walk(folder, lambda path: True, lambda found: None, left, MOST)


def held(name, folder):
    """Holds on to whatever has this name, without opening it: what is judged then is what is changed then."""
    return os.open(one_name(name), os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder.fd)


def mount_of(fd):
    """Which mount it is on: two can be of one file system (a bind mount)."""
    with open("/proc/self/fdinfo/%d" % fd) as lines:
        for line in lines:
            if line.startswith("mnt_id:"):
                return int(line.split()[1])
    raise OSError(errno.ENOSYS, "/proc does not say on which mount a file is")
