# What belongs to it

# What these are is known without their first bytes, which may be what is damaged.
ALWAYS_DATABASES = ("webui.db", "state.db", "response_store.db", "chroma.sqlite3")


def sites():
    """The files of nginx that serve this domain; a link with what it leads to."""
    name = re.compile(r"^\s*server_name\s[^;]*(?<![\w.-])" + re.escape(CONFIG["domain"]) + r"(?![\w.-])", re.MULTILINE)
    found = []
    for folder in ("sites-enabled", "sites-available", "conf.d"):
        place = os.path.join("/etc/nginx", folder)
        for one in sorted(os.listdir(place)) if os.path.isdir(place) else []:
            path = os.path.join(place, one)
            if name.search(text_of(path)):
                found.append(path)
    return found


def lineages():
    """The names under which certbot keeps the certificates of this domain."""
    used = [one for path in sites() for one in re.findall(r"/etc/letsencrypt/live/([^/\s;]+)/", text_of(path))]
    return sorted({CONFIG["domain"], *used})


def named(part):
    """Paths of a part of which only some things are wanted."""
    root = part["root"]
    if part["name"] == "nginx":
        return sites()
    if part["name"] == "certificate":
        own = [one for name in lineages() for one in ("live/" + name, "archive/" + name, "renewal/" + name + ".conf")]
        own += ["accounts", "options-ssl-nginx.conf", "ssl-dhparams.pem", "cli.ini"]
        return [os.path.join(root, one) for one in own]
    return [os.path.join(root, one) for one in part["include"]]


def hold_root(part):
    """The folder of a part, held; None when it is not there. One that cannot be held is no Otto to be backed up."""
    try:
        return open_folder(part["root"])
    except FileNotFoundError:
        return None
    except Unsafe as error:
        raise Problem("unsafe", "%s. Nothing was backed up." % error)


def whose_not(found, part, uid):
    """Pure. What belongs neither to the user whose folder it is nor to root is not kept: whose it would be elsewhere, nobody knows. What
    a container works with is kept whoever has it: an earlier release gave it to another number, and elsewhere it all belongs to one."""
    return "belongs to another user" if uid != 0 and not part.get("account") and found.st_uid not in (0, uid) else None


def collect_part(part, left_out):
    """All entries of a part, folders before what is in them. From now on `part["reader"]` holds its folder, for reading them."""
    root = hold_root(part)
    if root is None:
        return
    path_of = lambda name: os.path.join(part["root"], name)
    starts = named(part) if "include" in part else None
    wanted = lambda name: belongs(part, path_of(name)) and part_of(PARTS, path_of(name)) is part and (
        starts is None or any(below(path_of(name), one) or below(one, path_of(name)) for one in starts))
    identities, databases = {}, set()
    judge = lambda found: why_not(found, root.uid) or whose_not(found, part, root.uid)
    left = lambda name, why: left_out.append((path_of(name), why))
    part.update(reader=Reader(root, identities), judge=judge)
    yield {"path": part["root"], "name": "", "type": "folder", "stat": os.fstat(root.fd), "part": part, "database": False}
    for name, found, folder, last in walk(root, wanted, judge, left, NAMES):
        one = {"path": path_of(name), "name": name, "stat": found, "part": part, "database": False}
        if stat.S_ISDIR(found.st_mode):
            identities[name] = (found.st_dev, found.st_ino)
            yield {**one, "type": "folder"}
        elif stat.S_ISLNK(found.st_mode):
            try:
                target = folder.link(last)
            except OSError:
                # It is another thing by now, or gone.
                continue
            if leads_outward(PARTS, one["path"], target):
                left(name, "leads out of Otto's folders")
            else:
                yield {**one, "type": "link", "target": target}
        else:
            yield from collect_file(one, folder, last, databases, left_out)
    root.close()


def collect_file(one, folder, last, databases, left_out):
    """A file. What SQLite keeps beside a database is only wanted where the database cannot be copied as one."""
    base = next((one["name"][: -len(suffix)] for suffix in (*SIDECARS, "-shm") if one["name"].endswith(suffix)), None)
    if base in databases:
        if not one["name"].endswith("-shm"):
            yield {**one, "type": "beside", "base": base}
        return
    try:
        fd = folder.file(last)
    except FileNotFoundError:
        return
    except Unsafe as error:
        left_out.append((one["path"], error.strerror))
        return
    try:
        one["database"] = not one["part"].get("pause") and (is_database(fd) or last in ALWAYS_DATABASES)
    finally:
        os.close(fd)
    if one["database"]:
        databases.add(one["name"])
    yield {**one, "type": "file"}


def collect():
    """Everything to be kept, in order, and what is left out: (path, why)."""
    left_out = []
    return [one for part in PARTS for one in collect_part(part, left_out)], left_out


def tell_left_out(left_out):
    for path, why in left_out[:TOLD]:
        say("left out: %s: %s" % (path, why))
    if len(left_out) > TOLD:
        say("left out as well: %d more, named in the archive's manifest" % (len(left_out) - TOLD))


def measure(entries):
    """Bytes in all, and bytes that are copied beside the archive while it is made."""
    size = lambda one: one["stat"].st_size if one["type"] in ("file", "beside") else 0
    staged = [one for one in entries if one["database"] or one["part"].get("pause")]
    # While one is read apart there are two more copies of it.
    largest = max((size(one) for one in entries if one["database"]), default=0)
    return sum(map(size, entries)), sum(map(size, staged)) + 2 * largest


def free_bytes():
    place = FOLDER
    while not os.path.isdir(place):
        place = os.path.dirname(place)
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize


def database_path():
    return os.path.join(CONFIG["openWebuiData"], "webui.db")


def has_database(entries):
    return any(one["path"] == database_path() and one["type"] == "file" for one in entries)


def survey():
    entries, left_out = collect()
    total, staged = measure(entries)
    print(json.dumps({
        "files": len(entries),
        "bytes": total,
        "needed": total + staged + ROOM_TO_BREATHE,
        "free": free_bytes(),
        "leftOut": [shown(path) for path, _ in left_out[:TOLD]],
        "database": has_database(entries),
        "elsewhere": [shown(one) for one in elsewhere(entries)],
        "gpg": shutil.which("gpg") is not None,
        "taken": bool(CONFIG["file"]) and os.path.lexists(CONFIG["file"]),
        "folderProblem": folder_problem(),
    }))


def folder_problem():
    """Why no archive can be kept in the folder; "" when it can."""
    inside = next((part["root"] for part in PARTS if "include" not in part and belongs(part, FOLDER)), None)
    if inside is not None:
        return FOLDER + " lies in " + inside + ", which is backed up: it would hold itself"
    place = FOLDER
    while not os.path.lexists(place):
        place = os.path.dirname(place)
    try:
        with open_folder(place) as folder:
            ours = folder.root_only or (place != FOLDER and folder.guarded and folder.uid == 0 and bool(folder.mode & stat.S_ISVTX))
    except Unsafe as error:
        return str(error)
    return "" if ours else place + " can be changed by other users than root, who could take the archive away or put another one in its place"
