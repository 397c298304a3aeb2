# What is in use and not in it


def inspected(name):
    """What Docker says of a container; {} without an answer."""
    try:
        return json.loads(run(["docker", "inspect", "--type", "container", name], timeout=20).stdout)[0]
    except (ValueError, IndexError, subprocess.TimeoutExpired):
        return {}


def variables(container):
    return dict(one.partition("=")[::2] for one in (container.get("Config") or {}).get("Env") or [])


DATA_INSIDE = "/app/backend/data"


def elsewhere(entries):
    """What this Otto uses and the archive does not hold, a sentence each: somebody has it elsewhere, so nothing is wrong with it."""
    container = inspected(CONFIG["openWebuiContainer"])
    return [*other_database(variables(container)), *other_data(container), *other_paperclip(), *other_hermes(), *other_certificate(entries)]


def other_database(env):
    """Pure."""
    url, kind = env.get("DATABASE_URL", ""), env.get("DATABASE_TYPE", "")
    if url in ("", "sqlite:///" + DATA_INSIDE + "/webui.db") and kind in ("", "sqlite"):
        return []
    # The address holds a password.
    where = "in another file" if url.startswith("sqlite:") else "in another database (%s)" % (url.partition(":")[0] or kind)
    return ["Open WebUI keeps its accounts and chats %s, as DATABASE_URL says: back that up with its own tool." % where]


def other_data(container):
    """Only where its folder can be told: one that is not there, or is not asked, has none."""
    mounts = container.get("Mounts")
    if mounts is None:
        return []
    source = next((one.get("Source", "") for one in mounts if one.get("Destination") == DATA_INSIDE), "")
    if source == "":
        return ["The container %s keeps its data inside itself." % CONFIG["openWebuiContainer"]]
    if os.path.realpath(source) == os.path.realpath(CONFIG["openWebuiData"]):
        return []
    return ["The container %s has its data in %s; this backup holds %s." % (CONFIG["openWebuiContainer"], source, CONFIG["openWebuiData"])]


def other_paperclip():
    if variables(inspected(CONFIG["paperclipContainer"])).get("DATABASE_URL", "") == "":
        return []
    return ["Paperclip keeps its data in another database, as DATABASE_URL says: back that up with its own tool."]


def other_hermes():
    """Where its service is told to have its home. otto-install says it itself where it is at work."""
    unit = next((part["include"][0] for part in PARTS if part["name"] == "service"), None)
    held = next((part["root"] for part in PARTS if part["name"] == "hermes"), None)
    if unit is None or not CONFIG["daily"]:
        return []
    shown_of = dict(line.partition("=")[::2] for line in run(["systemctl", "show", "-p", "Environment", "-p", "User", unit]).stdout.splitlines())
    home = home_in(shown_of.get("Environment", ""), shown_of.get("User", ""))
    if home is None or os.path.realpath(home) == os.path.realpath(held):
        return []
    return ["Hermes has its memory, sessions and skills in %s; this backup holds %s." % (home, held)]


def home_in(environment, user):
    """HERMES_HOME, else .hermes in the home of whoever runs it; None where neither is told."""
    try:
        env = dict(one.partition("=")[::2] for one in shlex.split(environment))
        above = env.get("HOME") or (pwd.getpwnam(user).pw_dir if user else None)
    except (ValueError, KeyError):
        return None
    return env.get("HERMES_HOME") or (above and os.path.join(above, ".hermes"))


def other_certificate(entries):
    """The files that nginx names for this domain, and their links' ends."""
    if all(part["name"] != "nginx" for part in PARTS):
        return []
    found = sites()
    if not found:
        return ["No site of nginx names %s: what serves it, and its certificate, are not in this backup." % CONFIG["domain"]]
    by_path = {one["path"]: one for one in entries}
    named_there = sorted({one for path in found for one in certificates_in(text_of(path), CONFIG["domain"])})
    missing = [one for one in named_there if not is_held(by_path, one)]
    return ["The certificate in use is not in this backup: %s." % ", ".join(missing)] if missing else []


def is_held(by_path, path, steps=8):
    one = by_path.get(path)
    if one is None or one["type"] != "link":
        return one is not None
    return steps > 0 and is_held(by_path, os.path.normpath(os.path.join(os.path.dirname(path), one["target"])), steps - 1)


def certificates_in(text, domain):
    """Pure. What the server blocks of this name show; a name that is only known at each request (a variable) is left out."""
    of_name = re.compile(r"\bserver_name\s[^;]*(?<![\w.-])" + re.escape(domain) + r"(?![\w.-])")
    of_file = re.compile(r"""\bssl_certificate(?:_key)?\s+["']?([^;"'\s$]+)["']?\s*;""")
    return [os.path.join("/etc/nginx", one) for block in server_blocks(text) if of_name.search(block) for one in of_file.findall(block)]


def server_blocks(text):
    """Pure. The insides of `server { … }`."""
    clean = re.sub(r"(?m)(^|\s)#.*$", "", text)
    for start in re.finditer(r"\bserver\s*\{", clean):
        depth = 1
        for at in range(start.end(), len(clean)):
            depth += {"{": 1, "}": -1}.get(clean[at], 0)
            if depth == 0:
                yield clean[start.end():at]
                break


# What is in it and not whole


def broken_clusters(entries):
    """Pure. Databases of Postgres that lack what it starts from. Whether the rest is whole, only Postgres can tell."""
    files = {one["path"]: one for one in entries if one["type"] == "file"}
    for path in sorted(files):
        if os.path.basename(path) == "PG_VERSION" and "/base/" not in path:
            control = os.path.join(os.path.dirname(path), "global", "pg_control")
            if control not in files or files[control]["stat"].st_size < 4096:
                yield "%s: Postgres does not start without it" % control
