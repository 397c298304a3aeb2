# otto-install: change-accounts
# Runs inside Open WebUI's container. Changes accounts in its database by their ids: after a backup that was opened and
# checked, in one transaction, with bound values. Open WebUI reads an account anew at each request.
import json
import os
import sqlite3
import sys
import time

# [{"id": "…", "role": "admin"}, {"id": "…", "active": true}, {"id": "…", "email": "…"}]
CHANGES = json.loads({{changes}})
DATA = os.environ.get("DATA_DIR", "/app/backend/data")
PATH = os.path.join(DATA, "webui.db")
FOLDER = os.path.join(DATA, "otto-install-backups")
STATEMENTS = {
    "role": ['UPDATE "user" SET role = ? WHERE id = ?'],
    "active": ["UPDATE auth SET active = ? WHERE id = ?"],
    "email": ['UPDATE "user" SET email = ? WHERE id = ?', "UPDATE auth SET email = ? WHERE id = ?"],
}


def end(text):
    sys.stderr.write(text + "\n")
    sys.exit(1)


def accounts(connection):
    return connection.execute('SELECT count(*) FROM "user"').fetchone()[0]


def backup(database):
    """A copy through SQLite's own backup, which takes the write-ahead log along; a copy of the file alone may be empty."""
    os.makedirs(FOLDER, mode=0o700, exist_ok=True)
    path = os.path.join(FOLDER, time.strftime("webui-%Y%m%d-%H%M%S.db", time.gmtime()))
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    copy = sqlite3.connect(path)
    database.backup(copy)
    healthy = copy.execute("PRAGMA quick_check").fetchone()[0] == "ok" and accounts(copy) == accounts(database)
    copy.close()
    if not healthy:
        end("The backup does not hold what the database holds. Nothing was changed.")
    print("backup checked: " + path)


if not os.path.exists(PATH):
    end("There is no database at " + PATH + ".")
database = sqlite3.connect(PATH, timeout=10, isolation_level=None)
backup(database)
database.execute("BEGIN IMMEDIATE")
try:
    for change in CHANGES:
        for name, value in change.items():
            for statement in STATEMENTS.get(name, []):
                if database.execute(statement, (value, change["id"])).rowcount != 1:
                    end("An account is not there any more. Nothing was changed.")
    database.execute("COMMIT")
except BaseException:
    if database.in_transaction:
        database.execute("ROLLBACK")
    raise
print("changed: " + str(len(CHANGES)))
