# otto-install: folders/forget-mark
# Removes the file with which a PostgreSQL says that it runs, once nothing works in its folder any more. What runs in a container
# is seen from here as well: its working folder is the same one, whatever it is called in there. The folder is the database's
# own user's, so it is held open, and the name is removed in what is held. Argument: the folder of the database.
{{descriptors}}

{{trees}}

{{tree}}


def worker(identity):
    """The process that works in this folder; None when none does."""
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            here = os.stat("/proc/%s/cwd" % process)
        except OSError:
            continue
        if (here.st_dev, here.st_ino) == identity:
            return process
    return None


def forget(path):
    try:
        folder = open_folder(path)
    except FileNotFoundError:
        return
    with folder:
        process = worker(folder.identity)
        if process is not None:
            fail("Something still works in %s: process %s. Its mark was left." % (shown(path), process))
        remove_tree(folder, "postmaster.pid")


started(forget)
