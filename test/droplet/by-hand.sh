#!/bin/bash
# The runbook by hand: its commands one after the other, as an operator would paste them, on a bare or prepared droplet.
# Nothing runs at the same time as something else. It is the baseline that `otto-install` is compared with.
#
# Lines marked [+] are not in the runbook; without them it does not end with an answer.
#
# Settings come from the environment, or from a file named by SETTINGS (for the secrets; mode 0600):
#   DOMAIN          the name under which people reach this Otto
#   MAIL            for Let's Encrypt
#   GITHUB_TOKEN    may read Nucleotto/hermes-agent
#   ANTHROPIC_KEY   an API key, or
#   CREDENTIALS     a file as the Claude CLI leaves it in ~/.claude/.credentials.json
#   KEY             API_SERVER_KEY; generated when empty
#   ADMIN_MAIL, ADMIN_PASSWORD   the first account
#   DEPLOY_USER     cleo when empty
set -euo pipefail
# shellcheck disable=SC1090 # the operator's file
[ -z "${SETTINGS:-}" ] || . "$SETTINGS"
: "${DOMAIN:?}" "${MAIL:?}" "${GITHUB_TOKEN:?}" "${ADMIN_MAIL:?}" "${ADMIN_PASSWORD:?}"
user=${DEPLOY_USER:-cleo}
home=/home/$user
key=${KEY:-$(openssl rand -hex 32)}
export DEBIAN_FRONTEND=noninteractive

began=$(date +%s%N)
step() { printf '%7.1f s  %s\n' "$(($(date +%s%N) - began))e-9" "$1"; }
as_user() { su - "$user" -c "$1"; }
# wait_for WHAT SECONDS COMMAND…: what a person does who looks again until it is there
wait_for() {
  local what=$1 seconds=$2
  shift 2
  for ((i = 0; i < seconds * 2; i++)); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.5
  done
  echo "waited $seconds s for $what" >&2
  return 1
}

step 'Prerequisites: packages'
apt-get update -qq
apt-get install -y -qq docker.io nginx certbot python3-certbot-nginx gh ufw curl jq >/dev/null
# [+] a package of its own in newer releases
command -v docker >/dev/null || apt-get install -y -qq docker-cli >/dev/null

step 'Prerequisites: the deploy user, GitHub, Claude'
id "$user" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$user"
printf '%s\n' "$GITHUB_TOKEN" | su - "$user" -c 'gh auth login --hostname github.com --git-protocol https --with-token'
as_user 'gh auth setup-git'
if [ -n "${CREDENTIALS:-}" ]; then
  install -d -m 0700 -o "$user" -g "$user" "$home/.claude"
  install -m 0600 -o "$user" -g "$user" "$CREDENTIALS" "$home/.claude/.credentials.json"
fi

step 'Prerequisites: Paperclip'
install -d -m 0755 "/opt/$user"
install -d -o 1000 -g 1000 "/opt/$user/paperclip"
docker pull -q ghcr.io/paperclipai/paperclip:latest >/dev/null
docker run -d --name paperclip --restart always -p 127.0.0.1:3000:3100 -v "/opt/$user/paperclip:/paperclip" \
  -e BETTER_AUTH_SECRET="$(openssl rand -hex 32)" ghcr.io/paperclipai/paperclip:latest >/dev/null
wait_for 'Paperclip' 120 sh -c "curl -sf http://127.0.0.1:3000/api/health | grep -q '\"status\":\"ok\"'"

step 'Step 1: system prerequisites'
apt-get update -qq
apt-get install -y -qq python3-pip python3-venv git sqlite3 >/dev/null
# [+] where the system's Python is newer than Hermes runs on
python=python3
if python3 -c 'import sys; sys.exit(sys.version_info < (3, 14))'; then
  apt-get install -y -qq python3.13-venv >/dev/null
  python=python3.13
fi

step 'Step 2: clone Hermes'
as_user 'mkdir -p ~/.hermes && cd ~/.hermes && git clone -q https://github.com/Nucleotto/hermes-agent.git'
step 'Step 2: install Hermes'
as_user "cd ~/.hermes/hermes-agent && $python -m venv venv"
# [+] the extras carry aiohttp and the Anthropic SDK, which newer versions leave out
as_user "cd ~/.hermes/hermes-agent && . venv/bin/activate && pip install -q -e '.[homeassistant,anthropic]'"
as_user 'cd ~/.hermes/hermes-agent && . venv/bin/activate && python -m hermes_cli.main --help' >/dev/null

step 'Step 3: configure Hermes'
umask 077
cat >"$home/.hermes/.env" <<EOF
API_SERVER_ENABLED=true
API_SERVER_PORT=8642
API_SERVER_HOST=0.0.0.0
API_SERVER_KEY=$key
API_SERVER_MODEL_ID=otto
# [+] the name that the API server really reads
API_SERVER_MODEL_NAME=otto
${ANTHROPIC_KEY:+ANTHROPIC_API_KEY=$ANTHROPIC_KEY}
EOF
cat >"$home/.hermes/config.yaml" <<'EOF'
model:
  default: "claude-opus-4-6"
  provider: "anthropic"

display:
  tool_progress: true
  skin: "default"
EOF
chown "$user:$user" "$home/.hermes/.env" "$home/.hermes/config.yaml"
umask 022

step 'Step 4: verify the Claude credentials'
[ -z "${CREDENTIALS:-}" ] || as_user 'head -5 ~/.claude/.credentials.json' >/dev/null

step 'Step 5: test the Hermes API server'
as_user 'mkdir -p ~/.hermes/logs && cd ~/.hermes/hermes-agent && . venv/bin/activate &&
  (nohup python -m hermes_cli.main gateway run >~/.hermes/logs/gateway.log 2>&1 &)'
wait_for 'the API server' 60 curl -sf http://127.0.0.1:8642/health
ss -tlnp | grep -q 8642
curl -sf -H "Authorization: Bearer $key" http://127.0.0.1:8642/v1/models | jq -e '.data[0].id == "otto"' >/dev/null
kill "$(pgrep -f 'hermes_cli.main gateway' | head -1)"
wait_for 'the test process to end' 60 sh -c '! pgrep -f "[h]ermes_cli.main gateway"'

step 'Step 6: the service'
cat >/etc/systemd/system/hermes-gateway.service <<EOF
[Unit]
Description=Hermes Agent Gateway (Otto API Server)
After=network.target docker.service

[Service]
Type=simple
User=$user
Group=$user
WorkingDirectory=$home/.hermes/hermes-agent
ExecStart=$home/.hermes/hermes-agent/venv/bin/python -m hermes_cli.main gateway run --replace
Restart=always
RestartSec=5
Environment=HOME=$home
Environment=PATH=$home/.hermes/hermes-agent/venv/bin:/usr/local/bin:/usr/bin:/bin

[Install]
WantedBy=multi-user.target
EOF
systemctl daemon-reload
systemctl enable -q hermes-gateway
systemctl start hermes-gateway
wait_for 'the service' 60 curl -sf http://127.0.0.1:8642/health

step 'Step 7: the firewall'
# [+] the runbook's Step 7 takes a firewall for granted that is on and lets SSH and the web in
ufw allow OpenSSH >/dev/null
ufw allow 80/tcp >/dev/null
ufw allow 443/tcp >/dev/null
ufw --force enable >/dev/null
ufw allow in on docker0 to any port 8642 >/dev/null
ufw reload >/dev/null

step 'Step 8: pull Open WebUI'
docker pull -q ghcr.io/open-webui/open-webui:main >/dev/null
step 'Step 8: start Open WebUI'
docker run -d \
  --name open-webui \
  --restart always \
  -p 127.0.0.1:8080:8080 \
  -v "/opt/$user/open-webui:/app/backend/data" \
  -e OPENAI_API_BASE_URL=http://172.17.0.1:8642/v1 \
  -e OPENAI_API_KEY="$key" \
  ghcr.io/open-webui/open-webui:main >/dev/null
wait_for 'Open WebUI' 300 curl -sf http://127.0.0.1:8080/health
docker exec open-webui curl -sf -m 10 -H "Authorization: Bearer $key" http://172.17.0.1:8642/v1/models >/dev/null

step 'Step 9: nginx'
cat >/etc/nginx/sites-enabled/otto <<EOF
server {
    server_name $DOMAIN;
    client_max_body_size 25m;

    location / {
        proxy_pass http://127.0.0.1:8080;
        proxy_http_version 1.1;
        proxy_set_header Host \$host;
        proxy_set_header X-Real-IP \$remote_addr;
        proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto \$scheme;
        proxy_set_header Upgrade \$http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_read_timeout 300;
        proxy_send_timeout 300;
    }

    listen 80;
    listen [::]:80;
}
EOF
nginx -t -q
systemctl reload nginx

step 'Step 10: the certificate'
certbot --nginx -d "$DOMAIN" --non-interactive --agree-tos -m "$MAIL" >/dev/null 2>&1 || {
  tail -n 20 /var/log/letsencrypt/letsencrypt.log >&2
  exit 1
}
wait_for 'https' 30 curl -sf "https://$DOMAIN/health"

step 'Step 11: first login and a test message'
token=$(jq -n --arg m "$ADMIN_MAIL" --arg p "$ADMIN_PASSWORD" '{name: "Admin", email: $m, password: $p}' |
  curl -sf "https://$DOMAIN/api/v1/auths/signup" -H 'Content-Type: application/json' -d @- | jq -er .token)
curl -sf "https://$DOMAIN/api/models" -H "Authorization: Bearer $token" | jq -e '.data[] | select(.id == "otto")' >/dev/null
answer=$(jq -n '{model: "otto", stream: false, messages: [{role: "user", content: "Are you there?"}]}' |
  curl -sf -m 180 "https://$DOMAIN/api/chat/completions" -H "Authorization: Bearer $token" \
    -H 'Content-Type: application/json' -d @-)
# [+] failures come as an answer too: only its end tells
jq -e '.choices[0].finish_reason != "error" and .hermes.failed != true' <<<"$answer" >/dev/null || {
  echo "Otto answered with an error: $answer" >&2
  exit 1
}
step "done: $(jq -r '.choices[0].message.content' <<<"$answer" | head -c 200)"
