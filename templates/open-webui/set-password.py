# otto-install: set-password
# Runs in a container made from Open WebUI's image, beside the running one, without a network. Gives one account a new
# password: after a backup that was opened and checked, in one transaction, with bound values. Prints what it did, never
# the password or its hash.
import json
import uuid

import bcrypt

{{backup}}

# {"id": …, "password": …, "backup": …, "activate": bool, "promote": bool, "endSessions": bool, "dropSecondFactor": bool}
WISH = json.loads({{wish}})
DATA = os.environ.get("DATA_DIR", "/app/backend/data")
PATH = os.path.join(DATA, "webui.db")
BACKUP = os.path.join(DATA, WISH["backup"])


if not os.path.exists(PATH):
    end("There is no database at " + PATH + ". Nothing was changed.")
database = sqlite3.connect("file:" + PATH + "?mode=rw", uri=True, timeout=10, isolation_level=None)
columns = [row[1] for row in database.execute("PRAGMA table_info(auth)")]
backup(database, BACKUP)
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
    end("This account has no password of its own, or is gone. Nothing was changed.")
except BaseException:
    if database.in_transaction:
        database.execute("ROLLBACK")
    raise
print("changed: " + ", ".join(values) + (", role" if WISH["promote"] else ""))
