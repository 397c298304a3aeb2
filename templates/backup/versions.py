# Versions


def versions():
    checkout = CONFIG["hermesCheckout"]
    commit = commit_of(checkout)
    project = re.search(r'^version\s*=\s*"([\w.+-]{1,40})"', text_of(os.path.join(checkout, "pyproject.toml"), PIECE), re.MULTILINE)
    system = re.search(r'^PRETTY_NAME="?([^"\n]+)', text_of("/etc/os-release"), re.MULTILINE)
    return {
        "hermes": {"version": project.group(1) if project else "", "commit": commit},
        "openWebui": {**image_of(CONFIG["openWebuiContainer"]), "version": webui_version()},
        "paperclip": image_of(CONFIG["paperclipContainer"]),
        "system": system.group(1) if system else "",
    }


def commit_of(checkout):
    """git runs what a repository's configuration names, so it runs as the user whose repository it is."""
    try:
        user = pwd.getpwnam(CONFIG["user"])
    except KeyError:
        return ""
    environment = {**os.environ, "HOME": user.pw_dir, "GIT_TERMINAL_PROMPT": "0"}
    words = [*dropped(user.pw_uid, user.pw_gid), "git", "-C", checkout, "rev-parse", "HEAD"]
    try:
        said = run(words, env=environment, start_new_session=True, timeout=60).stdout.strip()
    except subprocess.TimeoutExpired:
        return ""
    return said if re.fullmatch("[0-9a-f]{40,64}", said) else ""


def image_of(container):
    named = run(["docker", "inspect", "-f", "{{.Config.Image}} {{.Image}}", container]).stdout.split()
    if len(named) != 2:
        return {"image": "", "id": "", "digests": []}
    said = run(["docker", "image", "inspect", "-f", "{{json .RepoDigests}}", named[1]]).stdout
    try:
        digests = json.loads(said) or []
    except ValueError:
        digests = []
    return {"image": named[0], "id": named[1], "digests": digests}


def webui_version():
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(CONFIG["openWebuiUrl"] + "/api/config", timeout=10) as answer:
            found = str(json.loads(answer.read(PIECE)).get("version", ""))
            return found if re.fullmatch(r"[\w.+-]{1,40}", found) else ""
    except (OSError, ValueError, AttributeError, RecursionError):
        return ""


def answers():
    try:
        return json.loads(text_of(os.path.join(CONFIG["stateFolder"], "answers.json")))
    except ValueError:
        return {}
