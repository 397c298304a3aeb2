# otto-install: restore-database
# Runs in a container made from Open WebUI's image, without a network, while Open WebUI is stopped. Puts the database back
# as the backup has it. Without a whole backup nothing was changed, and nothing is to be put back. After a power cut people may
# have worked on for days before anybody comes to take it back: what they wrote is kept beside the backup.
import os
import shutil
import sqlite3
import sys
import time

DATA = os.environ.get("DATA_DIR", "/app/backend/data")
PATH = os.path.join(DATA, "webui.db")
BACKUP = os.path.join(DATA, {{backup}})
COMING = PATH + ".coming"


def newest(path):
    """When a chat or an account was last changed, and how many there are; None when it cannot be read."""
    try:
        database = sqlite3.connect("file:" + path + "?mode=ro", uri=True, timeout=10)
        ask = lambda query: database.execute(query).fetchone()
        return [*ask("SELECT max(updated_at), count(*) FROM chat"), *ask('SELECT count(*) FROM "user"')]
    except sqlite3.Error:
        return None


def keep_what_came_since():
    """A copy of the database that goes, where it holds something that the backup does not."""
    here = newest(PATH)
    if here is None or here == newest(BACKUP):
        return
    kept = os.path.join(os.path.dirname(BACKUP), time.strftime("taken-back-%Y%m%d-%H%M%S.db", time.gmtime()))
    os.close(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    copy = sqlite3.connect(kept)
    sqlite3.connect("file:" + PATH + "?mode=ro", uri=True, timeout=10).backup(copy)
    copy.execute("PRAGMA journal_mode = DELETE")
    copy.close()
    file = os.open(kept, os.O_RDONLY)
    os.fsync(file)
    os.close(file)
    print("chats or accounts were changed since the backup; the database with them is kept as " + kept)


if not os.path.exists(BACKUP):
    print("there is no whole backup, so nothing was changed")
    sys.exit(0)
shutil.copyfile(BACKUP, COMING)
if os.path.exists(PATH):
    shutil.copystat(PATH, COMING)
if sqlite3.connect("file:" + COMING + "?mode=ro", uri=True).execute("PRAGMA integrity_check").fetchone()[0] != "ok":
    sys.stderr.write("The backup is damaged. The database was left as it is.\n")
    sys.exit(1)
with open(COMING, "rb") as file:
    os.fsync(file.fileno())
if os.path.exists(PATH):
    keep_what_came_since()
# What the write-ahead log holds belongs to the database that goes.
for suffix in ("-wal", "-shm", "-journal"):
    if os.path.exists(PATH + suffix):
        os.unlink(PATH + suffix)
os.rename(COMING, PATH)
folder = os.open(DATA, os.O_RDONLY)
os.fsync(folder)
print("the database is as it was before")
