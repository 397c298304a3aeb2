# Open WebUI's settings, read in one way: the database counts, and the environment where that is silent or not asked


def database_path(folder):
    """Its file of SQLite; None where it keeps its data in another kind of database."""
    address = os.environ.get("DATABASE_URL", "")
    if address == "":
        return os.path.join(folder, "webui.db")
    return address[len("sqlite:///"):] if address.startswith("sqlite:///") else None


def is_persistent():
    """With ENABLE_PERSISTENT_CONFIG=False Open WebUI neither reads nor writes what the database holds."""
    return os.environ.get("ENABLE_PERSISTENT_CONFIG", "").lower() != "false"


def shape_of(database):
    """Releases before 0.10 have all settings as JSON in one row."""
    columns = [row[1] for row in database.execute("PRAGMA table_info(config)")]
    return "key-value" if "key" in columns else "single-row" if "data" in columns else "none"


def settings_in(database):
    """A function that says what the database holds of a setting ("openai.api_keys"); None: nothing that counts."""
    shape = shape_of(database)

    def from_rows(name):
        row = database.execute("SELECT value FROM config WHERE key = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def from_one(name):
        row = database.execute("SELECT data FROM config ORDER BY id DESC LIMIT 1").fetchone()
        value = json.loads(row[0]) if row else {}
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    if not is_persistent() or shape == "none":
        return lambda name: None
    return from_rows if shape == "key-value" else from_one


def setting(stored, name, variable, otherwise):
    """What counts: what is stored, else the environment."""
    value = stored(name)
    return os.environ.get(variable, otherwise) if value is None else value
