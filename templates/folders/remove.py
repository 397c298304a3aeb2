# otto-install: folders/remove
# Removes files, and folders with all that is in them, and says what could not be removed. Links are removed, never followed.
# A folder that another disk is mounted on is emptied and stays. As root, because what is there may belong to several users;
# and never by path, because one of them may put a link in place of a folder meanwhile. May be done twice. Arguments: paths.
{{descriptors}}

{{trees}}

{{tree}}


def emptied(folder, name):
    """Removes what is on the disk that is mounted there, and leaves the place where it is mounted."""
    with folder.folder(name) as top:
        for one in top.names():
            remove_tree(top, one)


def remove(*paths):
    left = False
    for path in paths:
        try:
            # The name itself may be a link, which is removed as one.
            folder, name = open_folder(os.path.dirname(path)), os.path.basename(path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        with folder:
            try:
                fd = held(name, folder)
            except FileNotFoundError:
                continue
            try:
                mounted = mount_of(fd) != mount_of(folder.fd)
            finally:
                os.close(fd)
            try:
                emptied(folder, name) if mounted else remove_tree(folder, name)
            except OSError as error:
                say("%s: %s" % (shown(str(error.filename or path)), error.strerror))
                left = True
            if folder.stat(name) is not None:
                say("%s is still there" % shown(path))
    raise SystemExit(1 if left else 0)


started(remove)
