# otto-install: database-reader
# Runs as a user without rights, in a folder of its own that holds a copy of a database with its journal or write-ahead log:
# a journal can name any file of the machine to be deleted, so root never opens one. Says as JSON what is in it. Arguments: how
# (copy: writes a checked copy in one file, "whole"; check: the file alone, all of it; count: only what is in it), and a time
# in seconds: what is newer is counted.
import json
import os
import sqlite3
import sys


def first(database, query, *values):
    try:
        row = database.execute(query, values).fetchone()
        return row[0] if row else None
    except sqlite3.Error:
        return None


def counts(database, made):
    """What people would miss: accounts and chats of Open WebUI."""
    tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    number = lambda table: database.execute('SELECT count(*) FROM "' + table + '"').fetchone()[0] if table in tables else 0
    return {
        "accounts": number("user"),
        "chats": number("chat"),
        "revision": first(database, "SELECT version_num FROM alembic_version"),
        "newest": first(database, "SELECT max(updated_at) FROM chat"),
        "newChats": first(database, "SELECT count(*) FROM chat WHERE updated_at > ?", made),
        "newAccounts": first(database, 'SELECT count(*) FROM "user" WHERE created_at > ?', made),
    }


def copied(made):
    database = sqlite3.connect("database", timeout=30)
    whole = sqlite3.connect("whole")
    database.backup(whole)
    # Without the write-ahead log of the one it was made from.
    whole.execute("PRAGMA journal_mode = DELETE")
    said = whole.execute("PRAGMA quick_check").fetchone()[0]
    found = counts(whole, made)
    whole.close()
    return said, found


def checked(made):
    database = sqlite3.connect("file:database?mode=ro&immutable=1", uri=True)
    return database.execute("PRAGMA integrity_check").fetchone()[0], counts(database, made)


def counted(made):
    return "ok", counts(sqlite3.connect("database", timeout=30), made)


def main(how, made):
    try:
        said, found = {"copy": copied, "check": checked, "count": counted}[how](made)
    except (sqlite3.Error, OSError) as error:
        said, found = str(error), {}
    print(json.dumps({"check": said.splitlines()[0] if said else "", **found}))


os.umask(0o077)
main(sys.argv[1], float(sys.argv[2]))
