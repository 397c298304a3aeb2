# otto-install: folders/back
# Puts a folder back as the kept copy (templates/folders/aside.py) has it. Without a whole copy nothing was changed, or it is back
# already. May be cut off at any point and started again. Arguments: the folder, the copy.
{{descriptors}}

{{trees}}

{{tree}}

{{copies}}


def back(folder, kept):
    parent, name = open_parent(kept)
    with parent:
        remove_tree(parent, name + ".growing")
        place, called = open_parent(folder)
        with place:
            put_back(place, called, parent, name)
            remove_tree(parent, name)
            remove_tree(place, called + ".updated")


def put_back(place, called, parent, name):
    if parent.stat(name) is None:
        say("no whole copy was kept, so nothing was changed")
        return
    with parent.folder(name) as room:
        if room.stat(DATA) is None:
            return
        if place.stat(called) is not None:
            remove_tree(place, called + ".updated")
            place.rename(called, place, called + ".updated")
        room.rename(DATA, place, called)
        place.sync()
        to_disk(room)
    say("the data is as it was before")


started(back)
