# otto-install: read-connection
# Runs inside Open WebUI's container. Says how Open WebUI reaches Hermes, from the place that counts, its database (the
# environment only where the database is silent), and tries that way with the key that is really used. Changes nothing.
# The key does not leave the container: only the first digits of its SHA-256 do.
import concurrent.futures
import hashlib
import json
import os
import socket
import sqlite3
import time
import urllib.error
import urllib.request

DATA = os.environ.get("DATA_DIR", "/app/backend/data")
PORT = {{hermesPort}}
LIMIT = {{limitSeconds}}


{{settings}}


def stored():
    """What the database holds of a setting, and the shape of its table."""
    path = database_path(DATA)
    if path is None:
        return nothing, "another-database"
    if not os.path.exists(path):
        return nothing, "none"
    database = sqlite3.connect("file:" + path + "?mode=ro", uri=True, timeout=5)
    return settings_in(database), shape_of(database)


def nothing(name):
    return None


def from_environment(several, one):
    text = os.environ.get(several) or os.environ.get(one) or ""
    return text.split(";")


def probe(url, key):
    """GET {url}/models: what answers there, or how it failed, in the words of curl's exit codes."""
    started = time.monotonic()
    result = {}
    try:
        request = urllib.request.Request(url.rstrip("/") + "/models", headers={"Authorization": "Bearer " + key})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=LIMIT) as answer:
            result = {"kind": "answer", "status": answer.status, "body": answer.read(100000).decode("utf-8", "replace")}
    except urllib.error.HTTPError as error:
        result = {"kind": "answer", "status": error.code, "body": ""}
    except Exception as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, (socket.timeout, TimeoutError)):
            kind = "timeout"
        elif isinstance(reason, socket.gaierror):
            kind = "dns"
        elif isinstance(reason, ConnectionRefusedError):
            kind = "refused"
        else:
            kind = "other"
        result = {"kind": kind, "detail": str(reason)[:200]}
    result["ms"] = round((time.monotonic() - started) * 1000)
    return result


try:
    of, layout = stored()
    urls, keys, enabled = of("openai.api_base_urls"), of("openai.api_keys"), of("openai.enable")
    configs = of("openai.api_configs") or {}
    ollama_enabled, ollama_urls = of("ollama.enable"), of("ollama.base_urls")
    problem = ""
except (sqlite3.Error, ValueError, OSError) as error:
    urls = keys = enabled = ollama_enabled = ollama_urls = None
    configs, layout, problem = {}, "unreadable", str(error)

if enabled is None:
    enabled = os.environ.get("ENABLE_OPENAI_API", "true").lower() == "true"
connections = []
# Every other one that Open WebUI asks for its models: whoever opens a page waits for the slowest.
waits = concurrent.futures.ThreadPoolExecutor(8)
waiting = []
for index, url in enumerate(urls if urls is not None else from_environment("OPENAI_API_BASE_URLS", "OPENAI_API_BASE_URL")):
    all_keys = keys if keys is not None else from_environment("OPENAI_API_KEYS", "OPENAI_API_KEY")
    key = all_keys[index] if index < len(all_keys) else ""
    # Older releases named them by address.
    config = configs.get(str(index)) or configs.get(url) or {}
    connection = {
        "url": url,
        "enabled": config.get("enable") is not False,
        "modelIds": config.get("model_ids") or [],
        "prefix": config.get("prefix_id") or "",
        "from": "environment" if urls is None else "database",
        "keyFrom": "environment" if keys is None else "database",
        "keyPrint": hashlib.sha256(key.encode()).hexdigest()[:16] if key else "",
    }
    if ":" + str(PORT) in url:
        connection["probe"] = probe(url, key)
    elif enabled and connection["enabled"] and url:
        waiting.append((connection, waits.submit(probe, url, key)))
    connections.append(connection)

others = []
if str(os.environ.get("ENABLE_OLLAMA_API", "true") if ollama_enabled is None else ollama_enabled).lower() == "true":
    for url in ollama_urls or from_environment("OLLAMA_BASE_URLS", "OLLAMA_BASE_URL"):
        if url.startswith("http"):
            one = {"url": url}
            others.append(one)
            waiting.append((one, waits.submit(probe, url, "")))
for one, asked in waiting:
    result = asked.result()
    one["silentMs"] = result["ms"] if result.get("kind") in ("timeout", "dns") else 0

print(json.dumps({
    "layout": layout,
    "problem": problem,
    "persistent": is_persistent(),
    "enabled": bool(enabled),
    "connections": connections,
    "ollama": others,
}))
