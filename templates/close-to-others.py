# otto-install: close-to-others
# Takes the right to write away from "others" on files and folders of the system, and from the group where that is root's. Each
# is reached from / through descriptors, folders before what is in them and no link followed: whoever could write there a
# moment ago can put a link in place of a file, and may not choose what root changes.
import json
import os
import stat
import sys

os.umask(0o022)
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
ANY = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
paths = json.loads({{paths}})


def opened(path):
    here = os.open("/", FOLDER)
    names = [name for name in path.split("/") if name]
    for number, name in enumerate(names):
        try:
            there = os.open(name, ANY if number == len(names) - 1 else FOLDER, dir_fd=here)
        finally:
            os.close(here)
        here = there
    return here


left = 0
for path in sorted(paths, key=lambda one: one.count("/")):
    try:
        here = opened(path)
    except FileNotFoundError:
        continue
    except OSError as error:
        print("%s: %s" % (ascii(path), error.strerror))
        left += 1
        continue
    try:
        found = os.fstat(here)
        if stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode):
            takes = 0o022 if found.st_gid == 0 else 0o002
            os.fchmod(here, stat.S_IMODE(found.st_mode) & ~takes)
    finally:
        os.close(here)
print("%d of %d closed" % (len(paths) - left, len(paths)))
sys.exit(1 if left else 0)
