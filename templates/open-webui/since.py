import os
import sqlite3
import sys
import time


def newest(path):
    """When a chat was last changed, and how many chats and accounts there are; None when it cannot be read."""
    try:
        database = sqlite3.connect("file:" + path + "?mode=ro", uri=True, timeout=10)
        ask = lambda query: database.execute(query).fetchone()
        return [*ask("SELECT max(updated_at), count(*) FROM chat"), *ask('SELECT count(*) FROM "user"')]
    except sqlite3.Error:
        return None


def keep_what_came_since(path, known, folder):
    """A copy of the database that is about to go, where it holds something else than `known`, which newest() said of it earlier:
    after a power cut people may have worked with it for days. What cannot be kept does not go."""
    here = newest(path)
    if here is None or here == known:
        return
    kept = os.path.join(folder, time.strftime("taken-back-%Y%m%d-%H%M%S.db", time.gmtime()))
    try:
        os.close(os.open(kept, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
        copy = sqlite3.connect(kept)
        sqlite3.connect("file:" + path + "?mode=ro", uri=True, timeout=10).backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.close()
        file = os.open(kept, os.O_RDONLY)
        os.fsync(file)
        os.close(file)
    except (sqlite3.Error, OSError) as error:
        if os.path.exists(kept):
            os.unlink(kept)
        sys.stderr.write("Chats or accounts were changed meanwhile, and a copy of them could not be kept in %s: %s. Make room there, then start otto-install again.\n" % (folder, error))
        sys.exit(1)
    print("chats or accounts were changed meanwhile; the database with them is kept as " + kept, flush=True)
