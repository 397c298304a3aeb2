# otto-install: read-accounts
# Says who has an account in Open WebUI, and which columns this release has. Runs inside its container or in one of its own
# made from the same image (with the folder that it keeps there), or on the machine beside it. Changes nothing, prints no
# password and no hash.
import json
import os
import sqlite3
import sys

DATA = {{folder}} or os.environ.get("DATA_DIR", "/app/backend/data")

{{settings}}


# Beside it, on the machine itself, the environment is not its own.
PATH = os.path.join(DATA, "webui.db") if {{folder}} else database_path(DATA)


def end(problem, detail=""):
    print(json.dumps({"problem": problem, "detail": detail[:200]}))
    sys.exit(0)


def columns(database, table):
    return [row[1] for row in database.execute('PRAGMA table_info("' + table + '")')]


def accounts(database):
    # Releases add columns; what one of them lacks is as it was before there was any.
    user, auth = columns(database, "user"), columns(database, "auth")
    if "email" not in user or "password" not in auth:
        end("not-open-webui")
    wanted = {
        "id": "u.id",
        "email": "u.email",
        "name": "u.name",
        "role": "u.role",
        "created": "u.created_at" if "created_at" in user else "NULL",
        "lastActive": "u.last_active_at" if "last_active_at" in user else "NULL",
        "hasPassword": "a.id IS NOT NULL",
        "active": "coalesce(a.active, 1)",
        "secondFactor": "a.mfa" if "mfa" in auth else "NULL",
    }
    rows = database.execute(
        "SELECT " + ", ".join(wanted.values()) + ' FROM "user" u LEFT JOIN auth a ON a.id = u.id'
        " ORDER BY u.created_at, u.rowid"
    ).fetchall()
    found = []
    for row in rows:
        account = dict(zip(wanted, row))
        account["hasPassword"] = bool(account["hasPassword"])
        account["active"] = bool(account["active"])
        account["secondFactor"] = account["secondFactor"] not in (None, "", "null", "{}")
        found.append(account)
    return found, "session_stamp" in auth


def ways(database):
    """Who gets an account, as what, and which models somebody has shared."""
    stored = settings_in(database)
    models = columns(database, "model")
    if columns(database, "access_grant"):
        shared = database.execute("SELECT resource_id FROM access_grant WHERE resource_type = 'model'").fetchall()
    elif "access_control" in models:
        # Without a list of who may: everybody.
        shared = database.execute("SELECT id FROM model WHERE access_control IS NULL OR access_control NOT IN ('{}', '')").fetchall()
    else:
        shared = []
    return {
        "defaultRole": setting(stored, "ui.default_user_role", "DEFAULT_USER_ROLE", "pending"),
        "oauthSignUp": str(setting(stored, "oauth.enable_signup", "ENABLE_OAUTH_SIGNUP", "false")).lower() == "true",
        "oauthDomains": os.environ.get("OAUTH_ALLOWED_DOMAINS", "*"),
        "sharedModels": sorted({row[0] for row in shared}),
    }


if PATH is None:
    end("another-database")
if not os.path.exists(PATH):
    end("none", PATH)
try:
    database = sqlite3.connect("file:" + PATH + "?mode=ro", uri=True, timeout=5)
    found, stamps = accounts(database)
except sqlite3.Error as error:
    words = str(error)
    if "locked" in words:
        end("locked", words)
    if "not a database" in words:
        end("not-a-database", words)
    if "malformed" in words:
        end("corrupt", words)
    end("unreadable", words)
try:
    more = ways(database)
except (sqlite3.Error, ValueError):
    # Only what is beside the accounts, in a form that no release known here has.
    more = None
print(json.dumps({"problem": "", "detail": "", "accounts": found, "sessionStamp": stamps, "ways": more}))
