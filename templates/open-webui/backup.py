import os
import sqlite3
import sys


def end(text):
    sys.stderr.write(text + "\n")
    sys.exit(1)


def accounts(connection):
    return connection.execute('SELECT count(*) FROM "user"').fetchone()[0]


def backup(database, path, contents=accounts):
    """A copy through SQLite's own backup, which takes the write-ahead log along (a copy of the file alone may be empty), opened
    and checked. It has its name only once it is whole and on the disk."""
    if os.path.exists(path):
        end("There is a backup of that name already: " + path + ". Nothing was changed.")
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    growing = path + ".growing"
    if os.path.exists(growing):
        os.unlink(growing)
    os.close(os.open(growing, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    copy = sqlite3.connect(growing)
    database.backup(copy)
    # Without the write-ahead log of the one it was made from.
    copy.execute("PRAGMA journal_mode = DELETE")
    found = copy.execute("PRAGMA quick_check").fetchone()[0]
    same = found == "ok" and contents(copy) == contents(database)
    copy.close()
    if found != "ok":
        os.unlink(growing)
        end("The database is damaged: " + found.splitlines()[0] + ". Nothing was changed.")
    if not same:
        end("The backup does not hold what the database holds. Nothing was changed.")
    for opened in (os.open(growing, os.O_RDONLY), os.open(os.path.dirname(path), os.O_RDONLY)):
        os.fsync(opened)
        os.close(opened)
    os.rename(growing, path)
    print("backup checked: " + path)
