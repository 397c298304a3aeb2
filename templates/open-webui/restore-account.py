# otto-install: restore-account
# Takes set-password.py back: gives one account the password, the state and the role that it has in the backup. Without
# a whole backup nothing was changed, and nothing needs to be undone.
import os
import sqlite3

ID = {{id}}
DATA = os.environ.get("DATA_DIR", "/app/backend/data")
PATH = os.path.join(DATA, "webui.db")
BACKUP = os.path.join(DATA, {{backup}})


def row(connection, table, wanted):
    names = [column[1] for column in connection.execute('PRAGMA table_info("' + table + '")') if column[1] in wanted]
    found = connection.execute("SELECT " + ", ".join(names) + ' FROM "' + table + '" WHERE id = ?', (ID,)).fetchone()
    return names, found


def restore():
    before = sqlite3.connect("file:" + BACKUP + "?mode=ro", uri=True)
    database = sqlite3.connect("file:" + PATH + "?mode=rw", uri=True, timeout=10, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    for table, wanted in (("auth", ("password", "active", "session_stamp", "mfa")), ("user", ("role",))):
        names, values = row(before, table, wanted)
        if values is not None:
            assignments = ", ".join(name + " = ?" for name in names)
            database.execute('UPDATE "' + table + '" SET ' + assignments + " WHERE id = ?", (*values, ID))
    database.execute("COMMIT")
    print("the account is as it was before")


if os.path.exists(BACKUP):
    restore()
else:
    print("nothing was changed, so there is nothing to take back")
