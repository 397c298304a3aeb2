# otto-install: backup-database
# Runs in a container made from Open WebUI's image, without a network. Copies the database through SQLite's own backup,
# which takes the write-ahead log along (a copy of webui.db alone may hold nothing), and checks the copy. The copy has its
# name only once it is whole; one that is there already is left as it is.
import os
import sqlite3
import sys

DATA = os.environ.get("DATA_DIR", "/app/backend/data")
PATH = os.path.join(DATA, "webui.db")
BACKUP = os.path.join(DATA, {{backup}})
GROWING = BACKUP + ".growing"


def contents(connection):
    """What must not be lost, as numbers."""
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return {name: connection.execute('SELECT count(*) FROM "' + name + '"').fetchone()[0] for name in tables}


if os.path.exists(BACKUP):
    print("backup is there: " + BACKUP)
    sys.exit(0)
if not os.path.exists(PATH):
    sys.stderr.write("There is no database at " + PATH + ". Nothing was changed.\n")
    sys.exit(1)
os.makedirs(os.path.dirname(BACKUP), mode=0o700, exist_ok=True)
if os.path.exists(GROWING):
    os.unlink(GROWING)
os.close(os.open(GROWING, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
database = sqlite3.connect("file:" + PATH + "?mode=rw", uri=True, timeout=10)
copy = sqlite3.connect(GROWING)
database.backup(copy)
# A copy of its own: without the write-ahead log of the one it was made from.
copy.execute("PRAGMA journal_mode = DELETE")
if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok" or contents(copy) != contents(database):
    sys.stderr.write("The backup does not hold what the database holds. Nothing was changed.\n")
    sys.exit(1)
copy.close()
with open(GROWING, "rb") as file:
    os.fsync(file.fileno())
os.rename(GROWING, BACKUP)
folder = os.open(os.path.dirname(BACKUP), os.O_RDONLY)
os.fsync(folder)
print("backup checked: " + BACKUP)
