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
    check_databases(manifest, lambda path: NEW + path)
    for one in reversed(manifest["files"]):
        dress(NEW + one["path"], one, times[one["path"]])
    merge_ledger()
    units = units_of(manifest)
    for one in units:
        check_way(one["path"])
    write_down({"units": units, "folders": [one for one in manifest["files"] if one["type"] == "folder"], "contents": manifest["contents"], "newest": newest(NEW + DATABASE)})
    say("%d files unpacked and compared; %d accounts, %d chats" % (len(manifest["files"]), manifest["contents"]["accounts"], manifest["contents"]["chats"]))


def numeric(one):
    return any(part["name"] == one["part"] and part.get("numeric") for part in PARTS)


def owner_of(one):
    """By name: another machine may have given the same user another number. What a container's image fixes keeps its number."""
    if numeric(one):
        return one["uid"], one["gid"]
    try:
        uid = pwd.getpwnam(one["owner"]).pw_uid
    except KeyError:
        uid = one["uid"]
    try:
        gid = grp.getgrnam(one["group"]).gr_gid
    except KeyError:
        gid = one["gid"]
    return uid, gid


def dress(path, one, time):
    uid, gid = owner_of(one)
    os.chown(path, uid, gid, follow_symlinks=False)
    if one["type"] != "link":
        os.chmod(path, one["mode"])
    os.utime(path, (time, time), follow_symlinks=False)


def merge_ledger():
    """What this machine knows to be its own stays so, and what the backup brings is its own as well."""
    coming = NEW + LEDGER
    if not os.path.isfile(coming) or not os.path.isfile(LEDGER):
        return
    try:
        with open(LEDGER, encoding="utf-8") as file:
            here = json.load(file)["files"]
        with open(coming, encoding="utf-8") as file:
            there = json.load(file)["files"]
        merged = dict(here)
        for path, entry in there.items():
            known = here.get(path, {}).get("sha256", [])
            merged[path] = {"sha256": list(dict.fromkeys([*entry["sha256"], *known])), "at": entry["at"]}
    except (ValueError, KeyError, TypeError):
        # A damaged ledger makes files somebody else's: they are then kept and shown, never silently replaced.
        return
    with open(coming, "w", encoding="utf-8") as file:
        json.dump({"files": merged}, file, indent=2)


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
            wanted = [path for path in paths if not keeps or path == LEDGER or not os.path.lexists(path)]
            units += [{"path": path, "replace": True, "part": part["name"]} for path in wanted]
        else:
            units += tops(part, own)
    return units


def tops(part, own):
    root = part["root"]
    top = lambda path: os.path.join(root, path[len(root) + 1:].split("/")[0])
    coming = sorted({top(one["path"]) for one in own if one["path"] != root})
    here = [os.path.join(root, one) for one in sorted(os.listdir(root))] if os.path.isdir(root) else []
    # Tokens that Hermes has taken over are good only once: those of a backup were used up since.
    kept = [os.path.join(root, one) for one in part.get("keeps", [])]
    goes = [path for path in here if belongs(part, path) and path not in coming]
    return [{"path": path, "replace": path in coming, "part": part["name"]} for path in [*coming, *goes] if not (path in kept and os.path.lexists(path))]


def check_way(path):
    """No link of a user's own on the way: it could lead root anywhere."""
    place = os.path.dirname(path)
    while place != "/":
        if os.path.islink(place) and os.lstat(place).st_uid != 0:
            raise Problem("suspicious", "%s is a link that does not belong to root, so nothing is restored through it." % place)
        place = os.path.dirname(place)


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
