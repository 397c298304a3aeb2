# otto-install: folders/aside
# Keeps a copy of a folder that nobody writes to meanwhile, and checks it: everything that is in the one is in the other, as
# large, as old and owned as there. The copy has its name only once it is whole and on the disk. As root, since the owners are
# kept; from descriptors, since the folder is another user's. Arguments: the folder, the copy.
{{descriptors}}

{{trees}}

{{tree}}

{{copies}}


def aside(folder, kept):
    parent, name = open_parent(kept)
    growing = name + ".growing"
    with parent, open_folder(folder) as source:
        remove_tree(parent, growing)
        remove_tree(parent, name)
        with parent.make_folder(growing, 0o700) as room:
            with room.make_folder(DATA, 0o700) as copy:
                try:
                    # Before anything is copied: what is too deep for it is said.
                    listing(source)
                    copy_into(source, copy, copy, mount_of(source.fd), {})
                    like = listing(copy) == listing(source)
                except BaseException:
                    remove_tree(parent, growing)
                    raise
                dress(copy.fd, os.fstat(source.fd))
                if not like:
                    remove_tree(parent, growing)
                    fail("The copy of %s is not like it. Nothing was changed." % shown(folder))
                found = [one for _, one, _, _ in everything(copy) if stat.S_ISREG(one.st_mode)]
            to_disk(room)
        parent.rename(growing, parent, name)
        parent.sync()
    say("copy checked: %d files, %d MB" % (len(found), sum(one.st_blocks * 512 for one in found) // 1000000))


started(aside)
