# Versions


def versions():
    checkout = CONFIG["hermesCheckout"]
    commit = run(["runuser", "-u", CONFIG["user"], "--", "git", "-C", checkout, "rev-parse", "HEAD"])
    project = re.search(r'^version\s*=\s*"([^"]+)"', text_of(os.path.join(checkout, "pyproject.toml")), re.MULTILINE)
    system = re.search(r'^PRETTY_NAME="?([^"\n]+)', text_of("/etc/os-release"), re.MULTILINE)
    return {
        "hermes": {"version": project.group(1) if project else "", "commit": commit.stdout.strip()},
        "openWebui": {**image_of(CONFIG["openWebuiContainer"]), "version": webui_version()},
        "paperclip": image_of(CONFIG["paperclipContainer"]),
        "system": system.group(1) if system else "",
    }


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
            return str(json.load(answer).get("version", ""))
    except (OSError, ValueError):
        return ""


def answers():
    try:
        return json.loads(text_of(os.path.join(CONFIG["stateFolder"], "answers.json")))
    except ValueError:
        return {}
