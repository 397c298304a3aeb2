# otto-install: replace-key
# Runs in a container made from Open WebUI's image, without a network, while Open WebUI is stopped. Puts a new key in the
# place of the old one wherever Open WebUI's settings hold it (the connection to Hermes, and what took it over at the first
# start: speech, images, documents), in one transaction with bound values. Prints the settings' names, never a key.
import json
import os
import sqlite3
import sys
import time

# {"old": …, "new": …}
KEYS = json.loads({{keys}})
PATH = os.path.join(os.environ.get("DATA_DIR", "/app/backend/data"), "webui.db")
changed = []


def replaced(value, name):
    if isinstance(value, str):
        if value == KEYS["old"]:
            changed.append(name)
            return KEYS["new"]
        return value
    if isinstance(value, list):
        return [replaced(item, name + "[" + str(index) + "]") for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: replaced(item, name + "." + key) for key, item in value.items()}
    return value


database = sqlite3.connect("file:" + PATH + "?mode=rw", uri=True, timeout=10, isolation_level=None)
columns = [row[1] for row in database.execute("PRAGMA table_info(config)")]
database.execute("BEGIN IMMEDIATE")
if "key" in columns:
    for key, text in database.execute("SELECT key, value FROM config").fetchall():
        # The column's kind makes numbers of what looks like one; a key never does.
        if not isinstance(text, str):
            continue
        before = json.loads(text)
        after = replaced(before, key)
        if after != before:
            database.execute("UPDATE config SET value = ?, updated_at = ? WHERE key = ?", (json.dumps(after), int(time.time()), key))
elif "data" in columns:
    for id, text in database.execute("SELECT id, data FROM config").fetchall():
        before = json.loads(text)
        after = replaced(before, "config")
        if after != before:
            database.execute("UPDATE config SET data = ? WHERE id = ?", (json.dumps(after), id))
else:
    database.execute("ROLLBACK")
    sys.stderr.write("This database has no settings in a form that is known here. Nothing was changed.\n")
    sys.exit(1)
database.execute("COMMIT")
print("changed: " + (", ".join(changed) or "nothing, no setting held the old key"))
