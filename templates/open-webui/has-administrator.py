# otto-install: has-administrator
# Ends with 1 while nobody administers this Open WebUI. Runs in a container of its own, made from the same image, on its data
# and without a network. Changes nothing.
import os
import sqlite3
import sys

PATH = os.path.join(os.environ.get("DATA_DIR", "/app/backend/data"), "webui.db")
NOBODY = "Nobody administers this Open WebUI yet: "

if not os.path.exists(PATH):
    sys.exit(NOBODY + "it has no database.")
try:
    database = sqlite3.connect("file:" + PATH + "?mode=ro", uri=True, timeout=10)
    (count,) = database.execute("SELECT count(*) FROM \"user\" WHERE role = 'admin'").fetchone()
except sqlite3.Error as error:
    sys.exit("Its database cannot be read: " + str(error))
if count == 0:
    sys.exit(NOBODY + "its database has no administrator.")
print("It has an administrator.")
