# otto-install: set-password
# Runs in a container made from Open WebUI's image, beside the running one, without a network. Gives one account a new
# password: after a backup that was opened and checked, in one transaction, with bound values. Prints what it did, never
# the password or its hash.
import json
import os
import sqlite3
import sys
import uuid

import bcrypt

# {"id": …, "password": …, "backup": …, "activate": bool, "promote": bool, "endSessions": bool, "dropSecondFactor": bool}
WISH = json.loads({{wish}})
DATA = os.environ.get("DATA_DIR", "/app/backend/data")
PATH = os.path.join(DATA, "webui.db")
BACKUP = os.path.join(DATA, WISH["backup"])


def end(text):
    sys.stderr.write(text + " Nothing was changed.\n")
    sys.exit(1)


def accounts(connection):
    return connection.execute('SELECT count(*) FROM "user"').fetchone()[0]


def backup(database):
    """Through SQLite's own backup, which takes the write-ahead log along. Named so only once it is whole and checked."""
    os.makedirs(os.path.dirname(BACKUP), mode=0o700, exist_ok=True)
    growing = BACKUP + ".growing"
    if os.path.exists(growing):
        os.unlink(growing)
    os.close(os.open(growing, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    copy = sqlite3.connect(growing)
    database.backup(copy)
    # A copy of its own: without the write-ahead log of the one it was made from.
    copy.execute("PRAGMA journal_mode = DELETE")
    healthy = copy.execute("PRAGMA quick_check").fetchone()[0] == "ok" and accounts(copy) == accounts(database)
    copy.close()
    if not healthy:
        end("The backup does not hold what the database holds.")
    with open(growing, "rb") as file:
        os.fsync(file.fileno())
    os.rename(growing, BACKUP)
    print("backup checked: " + BACKUP)


if not os.path.exists(PATH):
    end("There is no database at " + PATH + ".")
database = sqlite3.connect("file:" + PATH + "?mode=rw", uri=True, timeout=10, isolation_level=None)
columns = [row[1] for row in database.execute("PRAGMA table_info(auth)")]
backup(database)
values = {"password": bcrypt.hashpw(WISH["password"].encode(), bcrypt.gensalt()).decode()}
if WISH["activate"]:
    values["active"] = 1
if WISH["endSessions"] and "session_stamp" in columns:
    values["session_stamp"] = str(uuid.uuid4())
if WISH["dropSecondFactor"] and "mfa" in columns:
    values["mfa"] = None
database.execute("BEGIN IMMEDIATE")
try:
    assignments = ", ".join(name + " = ?" for name in values)
    if database.execute("UPDATE auth SET " + assignments + " WHERE id = ?", (*values.values(), WISH["id"])).rowcount != 1:
        raise LookupError
    if WISH["promote"] and database.execute('UPDATE "user" SET role = ? WHERE id = ?', ("admin", WISH["id"])).rowcount != 1:
        raise LookupError
    database.execute("COMMIT")
except LookupError:
    database.execute("ROLLBACK")
    end("This account has no password of its own, or is gone.")
except BaseException:
    if database.in_transaction:
        database.execute("ROLLBACK")
    raise
print("changed: " + ", ".join(values) + (", role" if WISH["promote"] else ""))
