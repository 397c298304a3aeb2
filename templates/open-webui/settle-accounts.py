# otto-install: settle-accounts
# Runs in a container made from Open WebUI's image, without a network, while Open WebUI is stopped and after a checked
# backup. Gives accounts whose addresses differ only in case addresses of their own, or merges them: all that belongs to
# the one then belongs to the other. One transaction, bound values.
import json
import os
import sqlite3
import sys

# [{"id": "…", "email": "…"}, {"id": "…", "into": "…"}]
CHANGES = json.loads({{changes}})
PATH = os.path.join(os.environ.get("DATA_DIR", "/app/backend/data"), "webui.db")
RANKS = ["pending", "user", "admin"]
database = sqlite3.connect("file:" + PATH + "?mode=rw", uri=True, timeout=10, isolation_level=None)


def end(text):
    database.execute("ROLLBACK")
    sys.stderr.write(text + " Nothing was changed.\n")
    sys.exit(1)


def changed(statement, values):
    if database.execute(statement, values).rowcount != 1:
        end("An account is not there any more.")


def columns(table):
    return [row[1] for row in database.execute('PRAGMA table_info("' + table + '")')]


def tables():
    rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
    return [name for (name,) in rows if name not in ("user", "auth") and not name.startswith("sqlite_")]


def rename(id, email):
    changed('UPDATE "user" SET email = ? WHERE id = ?', (email, id))
    # Who signs in through somebody else has no row here.
    database.execute("UPDATE auth SET email = ? WHERE id = ?", (email, id))


def merge(old, new):
    """Accounts are named by their id, a long random one: in columns of its own, and in lists inside of JSON."""
    moved = 0
    for table in tables():
        for column in columns(table):
            place = '"' + table + '" SET "' + column + '" = '
            where = ' WHERE typeof("' + column + '") = \'text\' AND '
            moved += database.execute("UPDATE OR IGNORE " + place + "?" + where + '"' + column + '" = ?', (new, old)).rowcount
            # What may exist only once is there already: a tag of the same name, a place in the same group.
            database.execute('DELETE FROM "' + table + '" WHERE "' + column + '" = ?', (old,))
            if len(old) >= 16:
                database.execute(
                    "UPDATE " + place + 'replace("' + column + '", ?, ?)' + where + 'instr("' + column + '", ?) > 0',
                    (old, new, old),
                )
    roles = [database.execute('SELECT role FROM "user" WHERE id = ?', (id,)).fetchone() for id in (old, new)]
    if None in roles:
        end("An account is not there any more.")
    ranks = [RANKS.index(role) if role in RANKS else 0 for (role,) in roles]
    if ranks[0] > ranks[1]:
        database.execute('UPDATE "user" SET role = ? WHERE id = ?', (roles[0][0], new))
    changed('DELETE FROM "user" WHERE id = ?', (old,))
    database.execute("DELETE FROM auth WHERE id = ?", (old,))
    return moved


database.execute("BEGIN IMMEDIATE")
try:
    for change in CHANGES:
        if "into" in change:
            print("merged, entries moved: " + str(merge(change["id"], change["into"])))
        else:
            rename(change["id"], change["email"])
            print("renamed to " + change["email"])
    left = database.execute('SELECT lower(email) FROM "user" GROUP BY 1 HAVING count(*) > 1').fetchall()
    if left:
        end("There are still accounts whose addresses differ only in case: " + ", ".join(row[0] for row in left) + ".")
    database.execute("COMMIT")
except BaseException:
    if database.in_transaction:
        database.execute("ROLLBACK")
    raise
