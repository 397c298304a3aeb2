# otto-install: hermes-databases
# Runs as the user whose Hermes it is. Says which of Hermes's databases are damaged, and what SQLite says. Changes nothing.
# Arguments: the folder, and the logs in which Hermes complains of a database. A large one is only read through where it does.
import json
import os
import sqlite3
import sys

QUICK = 64 << 20
NAMES = ("state.db", "response_store.db")
COMPLAINTS = ("disk image is malformed", "file is not a database")


def complains(path):
    try:
        with open(path, "rb") as log:
            log.seek(max(0, os.fstat(log.fileno()).st_size - (64 << 10)))
            end = log.read().decode("utf-8", "replace")
    except OSError:
        return False
    return any(one in end for one in COMPLAINTS)


def damage(path, thorough):
    """What is wrong with it; "" when nothing is, or when it is not one of ours to read."""
    try:
        size = os.stat(path).st_size
        with open(path, "rb") as file:
            first = file.read(16)
    except OSError:
        return ""
    # An empty file is an empty database, and with a log beside it SQLite knows the first bytes from there.
    if size > 0 and first != b"SQLite format 3\0" and not os.path.exists(path + "-wal"):
        return "file is not a database"
    if size > QUICK and not thorough:
        return ""
    try:
        database = sqlite3.connect("file:" + path.replace("?", "%3f").replace("#", "%23") + "?mode=ro", uri=True, timeout=2)
        said = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        # Held by somebody for a moment, or not to be opened by this user: no damage.
        return str(error) if any(one in str(error) for one in COMPLAINTS) else ""
    return "" if said == "ok" else said.replace("\n", " ")


folder, logs = sys.argv[1], sys.argv[2:]
thorough = any([complains(one) for one in logs])
found = [{"path": path, "says": said} for path in (os.path.join(folder, one) for one in NAMES) for said in [damage(path, thorough)] if said]
print(json.dumps(found))
