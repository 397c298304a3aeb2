# otto-install: restore
# Puts a backup in place of what is here, in steps of which each can be undone. Arguments: verify (reads the whole
# archive and says what is in it, changes nothing), stage (unpacks it beside what is here), place (puts it in place and keeps
# what was there), put-back (takes that back, also when it was only half done), clear (forgets what was kept), count.
import datetime
import grp
import time

{{descriptors}}

{{trees}}

{{common}}

{{archive}}

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


{{databases}}

{{moving}}

{{verify}}

{{fresh}}

{{stage}}

# In place, and back


def place():
    plan = written_down()
    ways = {}
    try:
        hold_ways(plan, ways)
        with open_folder(OLD) as old:
            for number, unit in enumerate(plan["units"]):
                place_one(unit, str(number), ways[os.path.dirname(unit["path"])], old)
    finally:
        for way in ways.values():
            way.close()
    os.sync()
    mark(PLACED)
    say("in place: %d of what was backed up; what was there is kept in %s" % (sum(unit["replace"] for unit in plan["units"]), OLD))


def hold_ways(plan, ways):
    """Holds all folders that something is moved in. All are looked at before anything is moved in any of them."""
    for make in (False, True):
        for unit in plan["units"]:
            above = os.path.dirname(unit["path"])
            if above in ways:
                continue
            try:
                ways[above] = way_to(unit["path"], plan["folders"], make)
            except FileNotFoundError:
                if unit.get("way") is not None:
                    raise Problem("changed", "%s is gone since it was looked at. Nothing was put in place." % above)
                continue
            except Unsafe as error:
                raise Problem("changed", "%s. Nothing was put in place." % error)
            problem = way_problem(ways[above], unit.get("way"))
            if problem is not None:
                raise Problem("changed", "%s. Nothing was put in place." % problem)


def place_one(unit, aside, way, old):
    name = os.path.basename(unit["path"])
    if old.stat(aside) is None and old.stat(aside + ".absent") is None:
        if way.stat(name) is not None:
            move(way, name, old, aside)
        else:
            mark(os.path.join(OLD, aside + ".absent"))
    if unit["replace"] and os.path.lexists(NEW + unit["path"]):
        with open_folder(NEW + os.path.dirname(unit["path"])) as new:
            settle(new, name, way)


def mark(path):
    open(path, "w").close()
    sync(os.path.dirname(path))


def put_back():
    if not os.path.exists(UNITS):
        say("nothing was put in place")
        return
    plan = written_down()
    kept = []
    with open_folder(OLD) as old:
        for number, unit in enumerate(plan["units"]):
            try:
                put_back_one(unit, str(number), plan, old)
            except (Unsafe, FileNotFoundError) as error:
                # Everything else goes back nevertheless.
                kept.append("%s: %s" % (os.path.join(OLD, str(number)), error))
    os.sync()
    if kept:
        raise Problem("kept", "Not everything could be put back, and is kept: %s. Make that a folder again, then start otto-install." % "; ".join(kept))
    say("everything lies where it was before")


def put_back_one(unit, aside, plan, old):
    remove_tree(old, aside + COMING)
    kept, back, absent = old.stat(aside) is not None, old.stat(aside + ".back") is not None, old.stat(aside + ".absent") is not None
    # Half put in place, nobody can have worked with it.
    if unit["path"] == DATABASE and os.path.exists(PLACED) and kept and not back:
        keep_what_came_since(plan.get("newest"))
    if not (kept or back or absent):
        return
    name = os.path.basename(unit["path"])
    try:
        way = way_to(unit["path"], plan["folders"], kept and not back)
    except FileNotFoundError:
        way = None
    if way is not None:
        with way:
            # Another folder of the same owner gets back what is that owner's; of anybody else's nothing is known.
            if unit.get("way") is not None and way.uid != unit["way"][1]:
                raise Unsafe(way.path, "belongs to another user than when it was looked at")
            remove_tree(way, name + COMING)
            if kept and not back:
                remove_tree(way, name)
                move(old, aside, way, name, lambda: mark(os.path.join(OLD, aside + ".back")))
            elif absent:
                remove_tree(way, name)
    for suffix in ("", ".absent", ".back"):
        remove_tree(old, aside + suffix)


def keep_what_came_since(known):
    """A copy of the database that is about to go, where it holds something else than what was restored: after a power cut people
    may have worked with it for days. What cannot be kept does not go."""
    here = newest(look_at_database(DATABASE))
    if here is None or here == known:
        return
    kept = os.path.join(CONFIG["stateFolder"], time.strftime("taken-back-%Y%m%d-%H%M%S.db", time.gmtime()))
    try:
        remove(kept)
        said = look_at_database(DATABASE, "copy", keep=kept)
        why = None if said is not None and said["check"] == "ok" else (said or {}).get("check", "it is gone")
    except OSError as error:
        why = error.strerror
    if why is not None:
        remove(kept)
        raise Problem("not-kept", "Chats or accounts were changed meanwhile, and a copy of them could not be kept in %s: %s. Make room there, then start "
                      "otto-install again." % (CONFIG["stateFolder"], why))
    say("chats or accounts were changed meanwhile; the database with them is kept as " + kept)


def newest(said):
    """Pure. When a chat was last changed, and how many chats and accounts there are; None when that could not be read."""
    return None if said is None or said["check"] != "ok" else [said.get("newest"), said["chats"], said["accounts"]]


def clear():
    remove(WORK)
    remove(HOME)
    clear_private()


def count():
    said = look_at_database(DATABASE)
    if newest(said) is None:
        raise Problem("unreadable", "The database %s could not be read." % DATABASE)
    return {"accounts": said["accounts"], "chats": said["chats"]}


def asked(mode):
    answers = {"verify": verify, "count": count, "whose": whose, "keys": keys}
    if mode in answers:
        try:
            print(json.dumps(answers[mode]()))
        except Problem as problem:
            print(json.dumps({"ok": False, "kind": problem.kind, "words": shown(str(problem))}))
        return
    {"stage": stage, "seed": seed, "place": place, "put-back": put_back, "clear": clear}[mode]()


try:
    asked(sys.argv[1])
except Problem as problem:
    sys.stderr.write(shown(str(problem)) + "\n")
    sys.exit(1)
except OSError as error:
    sys.stderr.write(shown("%s: %s" % (error.filename or WORK, error.strerror)) + "\n")
    sys.exit(1)
