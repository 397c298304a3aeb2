# otto-install: restore
# Puts a backup in the place of what is here, in steps of which each can be taken back. Arguments: verify (reads the whole
# archive and says what is in it, changes nothing), stage (unpacks it beside what is here), place (puts it in place and keeps
# what was there), put-back (takes that back, also when it was only half done), clear (forgets what was kept), count.
import datetime
import grp
import pwd

{{common}}

{{since}}

CONFIG = json.loads({{config}})
SECRET = json.loads({{secret}})
PARTS = CONFIG["parts"]
WORK = CONFIG["work"]
HOME = WORK + "-check"
NEW = os.path.join(WORK, "new")
OLD = os.path.join(WORK, "old")
UNITS = os.path.join(WORK, "units.json")
PLACED = os.path.join(WORK, "placed")
LEDGER = os.path.join(CONFIG["stateFolder"], "ledger.json")
DATABASE = os.path.join(CONFIG["openWebuiData"], "webui.db")


{{verify}}

{{fresh}}

{{stage}}

# In place, and back


def move(source, place, copied_whole=lambda: None):
    """A rename where that is possible; otherwise a copy that gets its name only when it is whole. `copied_whole` is called before
    the other one is taken away, which may be cut off in its middle."""
    try:
        os.rename(source, place)
    except OSError as error:
        if error.errno != 18:
            raise
        coming = place + ".otto-coming"
        remove(coming)
        copied = run(["cp", "-a", "--", source, coming])
        if copied.returncode != 0:
            raise Problem("copy-failed", copied.stderr.strip())
        os.sync()
        os.rename(coming, place)
        copied_whole()
        remove(source)


def place():
    plan = written_down()
    for number, unit in enumerate(plan["units"]):
        path, aside = unit["path"], os.path.join(OLD, str(number))
        make_way(path, plan["folders"])
        if not os.path.lexists(aside) and not os.path.exists(aside + ".absent"):
            if os.path.lexists(path):
                move(path, aside)
            else:
                mark(aside + ".absent")
        if unit["replace"] and os.path.lexists(NEW + path):
            # What a copy that was cut off left behind of the old one is kept already.
            remove(path)
            move(NEW + path, path)
    os.sync()
    mark(PLACED)
    say("in place: %d of what was backed up; what was there is kept in %s" % (sum(unit["replace"] for unit in plan["units"]), OLD))


def mark(path):
    open(path, "w").close()
    sync(os.path.dirname(path))


def make_way(path, folders):
    above = os.path.dirname(path)
    missing = []
    while not os.path.isdir(above):
        missing.append(above)
        above = os.path.dirname(above)
    known = {one["path"]: one for one in folders}
    for one in reversed(missing):
        os.mkdir(one, 0o755)
        os.chmod(one, known[one]["mode"] if one in known else 0o755)
        if one in known:
            os.chown(one, *owner_of(known[one]))


def put_back():
    if not os.path.exists(UNITS):
        say("nothing was put in place")
        return
    plan = written_down()
    for number, unit in enumerate(plan["units"]):
        path, aside = unit["path"], os.path.join(OLD, str(number))
        remove(aside + ".otto-coming")
        # Half put in place, nobody can have worked with it.
        if path == DATABASE and os.path.exists(PLACED) and os.path.lexists(aside) and not os.path.exists(aside + ".back"):
            keep_what_came_since(DATABASE, plan.get("newest"), CONFIG["stateFolder"])
        if os.path.exists(aside + ".back"):
            remove(aside)
        elif os.path.lexists(aside):
            remove(path)
            move(aside, path, lambda: mark(aside + ".back"))
        elif os.path.exists(aside + ".absent"):
            remove(path)
            os.unlink(aside + ".absent")
        remove(aside + ".back")
        remove(path + ".otto-coming")
    os.sync()
    say("everything lies where it was before")


def clear():
    remove(WORK)
    remove(HOME)


def count():
    return counts(sqlite3.connect("file:" + DATABASE + "?mode=ro", uri=True, timeout=30))


def asked(mode):
    answers = {"verify": verify, "count": count, "whose": whose, "keys": keys}
    if mode in answers:
        try:
            print(json.dumps(answers[mode]()))
        except Problem as problem:
            print(json.dumps({"ok": False, "kind": problem.kind, "words": str(problem)}))
        return
    {"stage": stage, "seed": seed, "place": place, "put-back": put_back, "clear": clear}[mode]()


try:
    asked(sys.argv[1])
except Problem as problem:
    sys.stderr.write(str(problem) + "\n")
    sys.exit(1)
except OSError as error:
    sys.stderr.write("%s: %s\n" % (error.filename or WORK, error.strerror))
    sys.exit(1)
