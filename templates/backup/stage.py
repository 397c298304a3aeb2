# Beside what is here


def stage():
    remove(WORK)
    remove(HOME)
    os.makedirs(NEW, mode=0o700)
    os.mkdir(OLD, mode=0o700)
    os.makedirs(HOME, mode=0o700)
    times = {}

    def keep(member, place, source):
        path = NEW + place
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        times[place] = member.mtime
        if member.issym():
            os.symlink(member.linkname, path)
        elif source is None:
            os.makedirs(path, mode=0o700, exist_ok=True)
        else:
            return open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        return None

    try:
        manifest = read_archive(CONFIG["archive"], SECRET["passphrase"], PARTS, keep)
    finally:
        remove(HOME)
    restored = check_databases(manifest, lambda path: NEW + path)
    for one in reversed(manifest["files"]):
        dress(NEW + one["path"], one, times[one["path"]])
    merge_ledger(manifest)
    keep_ids()
    units = units_of(manifest)
    for one in units:
        one["way"] = noted_way(one["path"])
    write_down({"units": units, "folders": [one for one in manifest["files"] if one["type"] == "folder"], "contents": manifest["contents"], "newest": newest(restored)})
    say("%d files unpacked and compared; %d accounts, %d chats" % (len(manifest["files"]), manifest["contents"]["accounts"], manifest["contents"]["chats"]))


def part_named(name):
    return next((part for part in PARTS if part["name"] == name), {})


def owner_of(one):
    """By name: another machine may have given the same user another number. What nobody here is called belongs to root."""
    part = part_named(one["part"])
    if part.get("account"):
        uid, gid = data_owner(part)
        return one["uid"] and uid, one["gid"] and gid
    return id_of(pwd.getpwnam, one["owner"], 2), id_of(grp.getgrnam, one["group"], 2)


def id_of(find, name, field):
    try:
        return find(name)[field]
    except KeyError:
        return 0


def data_owner(part):
    """Whom the data of a container belongs to here: whoever has its folder, since the container runs as that user; without a folder
    the account that it is to run as. In the archive it may be another number or a person's name (release 1.0.0: 1000, which is often
    the deploy user's), and it never goes to those. Root's otherwise: nobody else can read it, and the container says what it lacks."""
    try:
        with open_folder(part["root"]) as folder:
            if folder.uid != 0:
                return folder.uid, folder.gid
    except FileNotFoundError:
        pass
    return id_of(pwd.getpwnam, part["account"], 2), id_of(pwd.getpwnam, part["account"], 3)


def dress(path, one, time):
    """In a folder that only root can enter: nobody can swap anything meanwhile."""
    uid, gid = owner_of(one)
    os.chown(path, uid, gid, follow_symlinks=False)
    if one["type"] != "link":
        os.chmod(path, one["mode"] & (0o7777 if one["type"] == "folder" else 0o777))
    os.utime(path, (time, time), follow_symlinks=False)


def merge_ledger(manifest):
    """What this machine knows to be its own stays so, and what the backup brings is its own as well."""
    coming = NEW + LEDGER
    if not os.path.isfile(coming) or not os.path.isfile(LEDGER):
        return
    try:
        with open(LEDGER, encoding="utf-8") as file:
            here = json.load(file)
        with open(coming, encoding="utf-8") as file:
            there = json.load(file)
        brought = {one["path"] for one in manifest["files"]} | {part["root"] for part in PARTS}
        merged = merged_ledger(here, there, lambda path: path in brought and not is_present(path))
    except (ValueError, KeyError, TypeError):
        # A damaged ledger makes files somebody else's: they are then kept and shown, never silently replaced.
        return
    with open(coming, "w", encoding="utf-8") as file:
        json.dump(merged, file, indent=2)


def merged_ledger(here, there, comes_new):
    """Pure. Of who made what this machine's word counts: a user or a rule of the one that was backed up may be somebody's here. Only
    what the backup puts where nothing is, is as it was there."""
    files = dict(here["files"])
    for path, entry in there["files"].items():
        known = files.get(path, {})
        found = {key: one["found"] for one in (entry, known) for key in ("found",) if key in one}
        files[path] = {"sha256": list(dict.fromkeys([*entry["sha256"], *known.get("sha256", [])])), "at": entry["at"], **found}
    key = lambda thing: (thing["kind"], thing["name"])
    things = {key(thing): thing for thing in here.get("things", [])}
    for thing in there.get("things", []):
        stays = things.get(key(thing), {"state": "removed"})["state"] != "removed"
        if not stays and comes_new(thing["name"]):
            things[key(thing)] = thing
    # Without any, nobody has noted things yet (release 1.0.0): then its journals are asked.
    noted = "things" in here or things
    return {**here, "files": files, **({"things": list(things.values())} if noted else {})}


def keep_ids():
    """As whom Paperclip runs is for this machine to say: the backup may be of one where that number was a person's, or another one."""
    path = CONFIG["environment"].get("paperclip")
    if path is None or not os.path.isfile(NEW + path):
        return
    with open(NEW + path, "r+", encoding="utf-8", errors="surrogateescape", newline="") as file:
        content = with_ids_of(file.read(), text_of(path))
        file.seek(0)
        file.write(content)
        file.truncate()


def with_ids_of(coming, here):
    """Pure. An env file, with who it runs as from another one."""
    is_id = lambda line: line.startswith(("USER_UID=", "USER_GID="))
    kept = [line for line in coming.splitlines() if not is_id(line)]
    return "\n".join([*kept, *(line for line in here.splitlines() if is_id(line))]) + "\n"


def units_of(manifest):
    """What is put in place as one: the top of a folder that is restored as a whole, single files elsewhere."""
    certificate = wants_certificate(manifest)
    units = []
    for part in PARTS:
        own = [one for one in manifest["files"] if one["part"] == part["name"]]
        if not own or (part["name"] == "certificate" and not certificate):
            continue
        keeps = part.get("keepsPresent") and part["name"] != "certificate"
        if "include" in part:
            paths = [one["path"] for one in own if one["type"] != "folder"]
            wanted = [path for path in paths if not keeps or path == LEDGER or not is_present(path)]
            units += [{"path": path, "replace": True, "part": part["name"]} for path in wanted]
        else:
            units += tops(part, own)
    return units


def is_present(path):
    """Also where a user has made a link of a folder on the way: then it is left as it is."""
    try:
        return is_there(path)
    except Unsafe as error:
        say("left as it is: %s" % error)
        return True


def tops(part, own):
    root = part["root"]
    top = lambda path: os.path.join(root, path[len(root) + 1:].split("/")[0])
    coming = sorted({top(one["path"]) for one in own if one["path"] != root})
    here = [os.path.join(root, one) for one in names_in(root)]
    # Tokens that Hermes has taken over are good only once: those of a backup were used up since.
    kept = [os.path.join(root, one) for one in part.get("keeps", [])]
    goes = [path for path in here if belongs(part, path) and path not in coming]
    return [{"path": path, "replace": path in coming, "part": part["name"]} for path in [*coming, *goes] if not (path in kept and path in here)]


def names_in(root):
    try:
        with open_folder(root) as folder:
            return folder.names()
    except FileNotFoundError:
        return []
    except Unsafe as error:
        raise Problem("suspicious", "%s. Nothing is restored through it." % error)


def write_down(plan):
    growing = UNITS + ".growing"
    with open(growing, "w", encoding="utf-8") as file:
        json.dump(plan, file)
        file.flush()
        os.fsync(file.fileno())
    # All that was unpacked is on the disk before anything relies on it.
    os.sync()
    os.rename(growing, UNITS)
    sync(WORK)


def written_down():
    with open(UNITS, encoding="utf-8") as file:
        return json.load(file)
