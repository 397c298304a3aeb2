# otto-install: hermes-config-check
# Run by the virtual environment of a Hermes that was just installed, as its user, before it is started: can it read its
# config.yaml, and what does its own `hermes config check` say. That one ends well whatever it finds, so the file is read
# here as well. Prints what is required and missing, never a value.
import subprocess
import sys

import yaml

CONFIG = {{config}}

try:
    with open(CONFIG, encoding="utf-8") as file:
        settings = yaml.safe_load(file)
except FileNotFoundError:
    settings = {}
except (yaml.YAMLError, UnicodeDecodeError) as error:
    mark = getattr(error, "problem_mark", None)
    sys.exit("config.yaml cannot be read by the new Hermes" + ("" if mark is None else ": line " + str(mark.line + 1)) + ".")
if not isinstance(settings, (dict, type(None))):
    sys.exit("config.yaml cannot be read by the new Hermes: it is no list of settings.")

said = subprocess.run(
    [sys.executable, "-B", "-m", "hermes_cli.main", "config", "check"],
    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", timeout=120,
)
lines = [line.strip() for line in said.stdout.splitlines() if line.strip()]
at = next((index for index, line in enumerate(lines) if line.startswith("Optional")), len(lines))
if said.returncode != 0:
    print("\n".join(lines[-15:]))
    sys.exit("`hermes config check` of the new Hermes ended with code " + str(said.returncode) + ".")
print("\n".join(lines[:at]))
