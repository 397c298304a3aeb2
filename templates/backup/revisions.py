# otto-install: revisions
# Runs in a container made from Open WebUI's image, without a network. Says which forms of the database this release knows.
import glob
import json
import re

found = []
for path in glob.glob("/app/backend/open_webui/migrations/versions/*.py"):
    with open(path, encoding="utf-8") as file:
        found += re.findall(r"""^revision(?:\s*:\s*[\w.]+)?\s*=\s*["']([^"']+)["']""", file.read(), re.MULTILINE)
print(json.dumps(found))
