# otto-install: read-accounts
# Says who has an account in Open WebUI: how many, who administers it, and which addresses differ only in case. Runs
# inside its container (with the folder that it keeps there), or on the machine beside it. Changes nothing, prints no
# password.
import json
import os
import sqlite3
import sys

DATA = {{folder}} or os.environ.get("DATA_DIR", "/app/backend/data")
ADDRESS = os.environ.get("DATABASE_URL", "") if not {{folder}} else ""
PATH = ADDRESS[len("sqlite:///"):] if ADDRESS.startswith("sqlite:///") else os.path.join(DATA, "webui.db")


def end(problem):
    print(json.dumps({"problem": problem}))
    sys.exit(0)


if ADDRESS and not ADDRESS.startswith("sqlite:///"):
    end("another-database")
if not os.path.exists(PATH):
    end("none")
try:
    database = sqlite3.connect("file:" + PATH + "?mode=ro", uri=True, timeout=5)
    rows = database.execute(
        'SELECT u.id, u.email, u.name, u.role, coalesce(a.active, 1), u.created_at FROM "user" u'
        " LEFT JOIN auth a ON a.id = u.id ORDER BY u.created_at, u.rowid"
    ).fetchall()
except sqlite3.Error as error:
    end(str(error))

accounts = [
    {"id": id, "email": email, "name": name, "role": role, "active": bool(active)}
    for id, email, name, role, active, created in rows
]
groups = {}
for account in accounts:
    groups.setdefault((account["email"] or "").lower(), []).append(account)
print(json.dumps({
    "problem": "",
    "count": len(accounts),
    "admins": [account for account in accounts if account["role"] == "admin"][:20],
    # Who could become one: those who may sign in, the oldest first.
    "others": [account for account in accounts if account["role"] != "admin" and account["active"]][:20],
    "alike": [group for group in groups.values() if len(group) > 1][:20],
}))
