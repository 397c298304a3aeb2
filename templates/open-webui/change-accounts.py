# otto-install: change-accounts
# Runs inside Open WebUI's container. Changes accounts in its database by their ids: after a backup that was opened and
# checked, in one transaction, with bound values. Open WebUI reads an account again at each request.
import json
import time

{{backup}}

# [{"id": "…", "role": "admin"}, {"id": "…", "active": true}, {"id": "…", "email": "…"}]
CHANGES = json.loads({{changes}})
DATA = os.environ.get("DATA_DIR", "/app/backend/data")
PATH = os.path.join(DATA, "webui.db")
BACKUP = os.path.join(DATA, "otto-install-backups", time.strftime("webui-%Y%m%d-%H%M%S.db", time.gmtime()))
STATEMENTS = {
    "role": ['UPDATE "user" SET role = ? WHERE id = ?'],
    "active": ["UPDATE auth SET active = ? WHERE id = ?"],
    "email": ['UPDATE "user" SET email = ? WHERE id = ?', "UPDATE auth SET email = ? WHERE id = ?"],
}


if not os.path.exists(PATH):
    end("There is no database at " + PATH + ".")
database = sqlite3.connect(PATH, timeout=10, isolation_level=None)
backup(database, BACKUP)
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
