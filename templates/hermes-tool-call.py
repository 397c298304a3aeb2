# otto-install: hermes-tool-call
# Waits until Hermes answers, asks it to run one exact command with its terminal, as a chat would, and judges by the file that
# the command leaves in the home, never by the words of the answer. Runs as the deploy user, outside of Hermes's sandbox.
# Ends with 0 when the command ran and all that runs outside runs inside too, with 1 when not, and with 3 when it cannot be
# said: no answer from Claude, or a model that did not run the command.
import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request

CONFIG = json.loads({{config}})
HOME = CONFIG["home"]
URL = "http://127.0.0.1:%d" % CONFIG["port"]
# Nothing of a proxy in the environment: the port is on this machine.
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))
PROGRAMS = ("git", "python3", "pip", "node", "npm")


def end(code, text):
    print(text, flush=True)
    sys.exit(code)


def wait_for_answer():
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            with HTTP.open(URL + "/health", timeout=5) as answer:
                if json.load(answer).get("status") == "ok":
                    return
        except (OSError, ValueError):
            pass
        time.sleep(1)
    end(1, "Hermes does not answer within 90 seconds of its start.")


def chat(text):
    """What came back, for a person to read; that it came proves nothing."""
    body = {"model": CONFIG["model"], "stream": False, "messages": [{"role": "user", "content": text}]}
    headers = {"Authorization": "Bearer " + CONFIG["key"], "Content-Type": "application/json"}
    request = urllib.request.Request(URL + "/v1/chat/completions", json.dumps(body).encode(), headers)
    try:
        with HTTP.open(request, timeout=180) as answer:
            found = json.load(answer)
        return str(found["choices"][0]["message"]["content"])
    except urllib.error.HTTPError as error:
        return "status %d: %s" % (error.code, error.read(400).decode("utf-8", "replace"))
    except (OSError, ValueError, LookupError, TypeError) as error:
        return str(error)


def command_for(path):
    """One line: starts each program, and says how that ended and whether this is a sandbox."""
    starts = 'for p in %s; do "$p" --version >/dev/null 2>&1; echo "$p $?"; done' % " ".join(PROGRAMS)
    return "{ %s; grep NoNewPrivs /proc/self/status; echo written; } > %s" % (starts, path)


def results(path):
    """What the command wrote; empty when it did not run to its end."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            words = [line.split() for line in file.read(4000).splitlines()]
    except OSError:
        return {}
    finally:
        if os.path.lexists(path):
            os.unlink(path)
    if ["written"] not in words:
        return {}
    return {pair[0].rstrip(":"): pair[1] for pair in words if len(pair) == 2}


def main():
    os.umask(0o077)
    wait_for_answer()
    if not CONFIG["ask"]:
        end(0, "Hermes answers.")
    mark = secrets.token_hex(8)
    inside_path = os.path.join(HOME, ".otto-tool-call-" + mark)
    outside_path = inside_path + "-outside"
    said = chat(
        "This is a test by the administrator of this server, who wants to know whether your terminal works. Please run exactly "
        "this command with your terminal tool, once and unchanged, and answer in one short sentence:\n"
        "```\n%s\n```" % command_for(inside_path)
    )
    inside = results(inside_path)
    if not inside:
        end(3, "Not proved: the command was not run. The answer was: " + " ".join(said.split())[:200])
    subprocess.run(["/bin/sh", "-c", command_for(outside_path)], env={"PATH": CONFIG["path"], "HOME": HOME}, cwd=HOME, timeout=60)
    outside = results(outside_path)
    lost = [name for name in PROGRAMS if outside.get(name) == "0" and inside.get(name) != "0"]
    if lost:
        end(1, "A chat can no longer start: " + ", ".join("%s (%s)" % (name, inside.get(name)) for name in lost))
    if CONFIG["confined"] and inside.get("NoNewPrivs") != "1":
        end(1, "The command of a chat ran outside of the sandbox.")
    end(0, "A chat ran a command: %s." % ", ".join(name for name in PROGRAMS if inside.get(name) == "0"))


main()
