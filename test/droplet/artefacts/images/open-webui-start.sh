#!/bin/bash
# The start of Open WebUI in the test droplet's image, with the contract of the official start.sh: a secret key from
# the environment, or else one made at the first start and kept beside this file, that is, in the container and not
# in the data volume.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if [ -z "${WEBUI_SECRET_KEY:-}" ] && [ -z "${WEBUI_JWT_SECRET_KEY:-}" ]; then
  key_file="${WEBUI_SECRET_KEY_FILE:-.webui_secret_key}"
  echo "WEBUI_SECRET_KEY is not set: using the key in $key_file."
  if [ ! -e "$key_file" ]; then
    echo "Making that key."
    head -c 12 /dev/urandom | base64 >"$key_file"
  fi
  WEBUI_SECRET_KEY="$(cat "$key_file")"
fi
export WEBUI_SECRET_KEY

exec python -m uvicorn open_webui.main:app --host "${HOST:-0.0.0.0}" --port "${PORT:-8080}" \
  --forwarded-allow-ips '*' --workers "${UVICORN_WORKERS:-1}"
