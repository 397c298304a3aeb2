# otto-install: accounts
# Runs in a container made from Open WebUI's image, beside the running one, without a network. Says who has an account
# and which columns this release has. Changes nothing, and never prints a password's hash.
import json
import os
import sqlite3

PATH = os.path.join(os.environ.get("DATA_DIR", "/app/backend/data"), "webui.db")


def columns(database, table):
    return [row[1] for row in database.execute('PRAGMA table_info("' + table + '")')]


def accounts(database, auth):
    extra = ["a.mfa" if "mfa" in auth else "NULL"]
    rows = database.execute(
        "SELECT u.id, u.email, u.name, u.role, u.last_active_at, a.id IS NOT NULL, a.active, " + ", ".join(extra) +
        ' FROM "user" u LEFT JOIN auth a ON a.id = u.id ORDER BY u.created_at'
    )
    names = ["id", "email", "name", "role", "lastActive", "hasPassword", "active", "secondFactor"]
    for row in rows:
        account = dict(zip(names, row))
        account["hasPassword"] = bool(account["hasPassword"])
        account["active"] = bool(account["active"])
        account["secondFactor"] = account["secondFactor"] not in (None, "", "null", "{}")
        yield account


def look():
    if not os.path.exists(PATH):
        return {"problem": "absent"}
    database = sqlite3.connect("file:" + PATH + "?mode=ro", uri=True, timeout=5)
    try:
        auth = columns(database, "auth")
        if not auth or not columns(database, "user"):
            return {"problem": "not-open-webui"}
        return {"accounts": list(accounts(database, auth)), "sessionStamp": "session_stamp" in auth}
    finally:
        database.close()


try:
    found = look()
except sqlite3.DatabaseError as error:
    words = str(error)
    if "locked" in words:
        found = {"problem": "locked"}
    elif "not a database" in words:
        found = {"problem": "not-a-database"}
    elif "malformed" in words:
        found = {"problem": "corrupt"}
    else:
        found = {"problem": "unreadable", "detail": words[:200]}
print(json.dumps(found))
