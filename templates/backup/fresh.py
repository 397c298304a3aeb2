# On a machine without an Otto


def whose():
    """Whose backup it is: that says in which folders everything belongs."""
    remove(HOME)
    os.makedirs(HOME, mode=0o700)
    try:
        manifest = read_archive(CONFIG["archive"], SECRET["passphrase"], None, None)
        return {"ok": True, **{key: manifest[key] for key in ("madeAt", "by", "host", "domain", "user", "answers", "versions", "contents")}}
    finally:
        remove(HOME)


def keys():
    """The whole archive is read and compared; the files that hold what an installation asks for are passed on."""
    remove(HOME)
    os.makedirs(HOME, mode=0o700)
    held = {}

    def keep(member, place, source):
        if source is None or place not in CONFIG["keys"].values() or member.size > PIECE:
            return None
        held[place] = Held()
        return held[place]

    try:
        manifest = read_archive(CONFIG["archive"], SECRET["passphrase"], PARTS, keep)
        return {"ok": True, "files": {name: held[path].text for name, path in CONFIG["keys"].items() if path in held},
                "credentials": any(one["path"] == CONFIG["keys"]["claude"] for one in manifest["files"])}
    finally:
        remove(HOME)


class Held(io.BytesIO):
    """What was written to it is still there when it was closed."""

    text = ""

    def close(self):
        if not self.closed:
            self.text = self.getvalue().decode(errors="replace")
        super().close()


def seed():
    """What must be there before an Otto is installed, so that nobody has to sign in or ask for a certificate again. What is there
    already is left as it is."""
    stage()
    plan = written_down()
    brought = [unit["path"] for unit in plan["units"] if unit["replace"] and unit["part"] in ("certificate", "credentials")]
    for path in brought:
        if is_present(path):
            continue
        with way_to(path, plan["folders"], True) as way, open_folder(NEW + os.path.dirname(path)) as new:
            settle(new, os.path.basename(path), way)
    clear()
    say("put in place: %d files for the certificate and for signing in" % len(brought))
