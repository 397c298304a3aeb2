# Copies that hold together


def stage_databases(entries):
    """Each database through SQLite's own backup, checked; what Open WebUI's holds."""
    contents = {"accounts": 0, "chats": 0}
    for number, one in enumerate([one for one in entries if one["database"]]):
        copy = os.path.join(HOME, "database-%d" % number)
        database = sqlite3.connect("file:" + one["path"].replace("%", "%25").replace("?", "%3f").replace("#", "%23") + "?mode=rw",
                                   uri=True, timeout=30, isolation_level=None)
        # What is counted and what is copied are the same moment.
        database.execute("BEGIN")
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        ours = one["path"] == database_path()
        with redirect_stdout(io.StringIO()):
            backup(database, copy, counts if ours else lambda held: held.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
        database.execute("ROLLBACK")
        database.close()
        one["copy"] = copy
        if ours:
            copied = sqlite3.connect("file:" + copy + "?mode=ro", uri=True)
            contents = counts(copied)
            contents["revision"] = first(copied, "SELECT version_num FROM alembic_version")
            copied.close()
            say("Open WebUI's database: %d accounts, %d chats, copied and checked" % (contents["accounts"], contents["chats"]))
    return contents


def first(database, query):
    try:
        row = database.execute(query).fetchone()
        return row[0] if row else None
    except sqlite3.Error:
        return None


def stage_paused(entries):
    """Folders of a program with a database of its own: it is held still for the second in which they are copied, so that the
    copy is of one moment; its database recovers from that as from a power cut, only without the loss."""
    for part in PARTS:
        wanted = [one for one in entries if one["part"] is part]
        if not part.get("pause") or not wanted:
            continue
        running = run(["docker", "inspect", "-f", "{{.State.Running}}", part["pause"]]).stdout.strip() == "true"
        copy = os.path.join(HOME, part["name"])
        begun = time.monotonic()
        if running:
            hold_still(part["pause"])
        try:
            copied = run(["cp", "-a", "--reflink=auto", "--", part["root"], copy])
        finally:
            if running:
                go_on(part["pause"])
        if copied.returncode != 0:
            raise Problem("copy-failed", "%s could not be copied: %s" % (part["root"], copied.stderr.strip().splitlines()[-1:]))
        if running:
            say("%s: held still for %.1f s while it was copied" % (part["title"], time.monotonic() - begun))
        for one in list(wanted):
            path = copy + one["path"][len(part["root"]):]
            if os.path.lexists(path):
                one["copy"], one["stat"] = path, os.lstat(path)
            else:
                # It was there when the list was made, and gone a second later.
                entries.remove(one)


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
