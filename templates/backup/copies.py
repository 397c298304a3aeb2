# Copies that hold together


def stage_databases(entries, left_out):
    """Each database as a copy of one moment, checked; what Open WebUI's holds, and what is damaged. Another one that cannot be read as
    a database is kept as the bytes that it is."""
    contents, damaged = {"accounts": 0, "chats": 0}, []
    for number, one in enumerate([one for one in entries if one["database"]]):
        copy = os.path.join(HOME, "database-%d" % number)
        said = copy_of_database(one, copy)
        ours = one["path"] == database_path()
        if said["check"] == "ok":
            one["copy"] = copy
        elif ours:
            raise Problem("damaged-database", "The database %s could not be copied: %s. Nothing was backed up." % (one["path"], said["check"]))
        else:
            say("copied as it is, since it could not be read as a database: %s: %s" % (one["path"], said["check"]))
            if not said.get("passing"):
                damaged.append("%s: %s" % (one["path"], said["check"]))
            one["database"] = False
            for beside in entries:
                if beside["type"] == "beside" and beside["base"] == one["name"] and beside["part"] is one["part"]:
                    beside["type"] = "file"
        if ours:
            contents = {key: said[key] for key in ("accounts", "chats", "revision")}
            say("Open WebUI's database: %d accounts, %d chats, copied and checked" % (contents["accounts"], contents["chats"]))
    entries[:] = [one for one in entries if one["type"] != "beside"]
    return contents, damaged


def copy_of_database(one, copy):
    try:
        folder = one["part"]["reader"].parent(one["name"])
        return read_apart(lambda private: raw_copy(folder, os.path.basename(one["name"]), private), folder.uid, "copy", keep=copy)
    except Unsafe as error:
        # Somebody keeps it locked, or has just put another one in its place: no damage.
        return {"check": error.strerror, "passing": True}
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        return {"check": error.strerror}


def stage_paused(entries, left_out):
    """Folders of a program with a database of its own: it is held still for the second in which they are copied, so that the
    copy is of one moment; its database recovers from that as from a power cut, only without the loss."""
    for part in PARTS:
        if not part.get("pause") or not any(one["part"] is part for one in entries):
            continue
        running = run(["docker", "inspect", "-f", "{{.State.Running}}", part["pause"]]).stdout.strip() == "true"
        begun = time.monotonic()
        os.mkdir(os.path.join(HOME, part["name"]), 0o700)
        if running:
            hold_still(part["pause"])
        try:
            # Listed again: what came since the first list belongs to the moment as well.
            found = list(collect_part(part, left_out))
            for number, one in enumerate(found):
                if one["type"] == "file":
                    copy_still(one, os.path.join(HOME, part["name"], str(number)), left_out)
        finally:
            if running:
                go_on(part["pause"])
        entries[:] = [one for one in entries if one["part"] is not part] + [one for one in found if one["type"] != "file" or "copy" in one]
        if running:
            say("%s: held still for %.1f s while it was copied" % (part["title"], time.monotonic() - begun))


def copy_still(one, copy, left_out):
    try:
        fd, one["stat"] = open_entry(one)
    except FileNotFoundError:
        return
    except Unsafe as error:
        left_out.append((one["path"], error.strerror))
        return
    try:
        sink = os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            copy_bytes(fd, sink, one["stat"].st_size)
        finally:
            os.close(sink)
    finally:
        os.close(fd)
    one["copy"] = copy


def hold_still(container):
    with open(PAUSED, "w", encoding="utf-8") as file:
        file.write(container)
    held = run(["docker", "pause", container])
    if held.returncode != 0:
        os.unlink(PAUSED)
        raise Problem("cannot-pause", "Docker could not hold %s still: %s" % (container, held.stderr.strip()))


def go_on(container):
    going = run(["docker", "unpause", container])
    if going.returncode != 0 and "not paused" not in going.stderr:
        raise Problem("cannot-unpause", "Docker could not let %s go on: %s. Try: docker unpause %s" % (container, going.stderr.strip(), container))
    os.unlink(PAUSED)
