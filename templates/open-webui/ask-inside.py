# otto-install: ask-inside
# Runs inside Open WebUI's container, which does not answer from outside of it: does it answer here? Changes nothing.
import urllib.request

try:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    print(opener.open("http://127.0.0.1:{{port}}/health", timeout=3).read(200).decode("utf-8", "replace"))
except Exception as error:
    print("silent: %s" % error)
