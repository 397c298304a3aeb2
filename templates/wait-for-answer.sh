# otto-install: wait-for-answer
# Waits until a container that was just made answers. One that changes its database is waited for as long as anything moves:
# ended half-way, it would leave a database that no release can use. One that ends again and again, or that neither answers
# nor says anything new, is given up, with the lines of its log that say why. Changes nothing.
# Arguments: name, URL that it answers ('inside:' before it: asked from inside its own network), text in that answer, patience
# in seconds, a line of its log that says that it changes its database and one that says that it has gone on since (regular
# expressions), its title, the folder with its data; then the files in there in which that database lies.
set -u
name=$1 url=$2 expected=$3 patience=$4 changing=$5 changed=$6 title=$7 folder=$8
shift 8
# What changes its database and shows no sign of life for so long is at a standstill.
standstill=1800
# What it logs while it starts counts as a sign of life, but not without end.
longest=$((patience * 3))
began=$(date +%s)
moved=$began quiet_since=$began seen='' shown='' said_at=$began misses=0

# All that is asked of Docker each second, at once: each of its commands costs a busy machine as much as the waiting.
look() {
  read -r status restarts started pid restarting network <<EOF
$(docker inspect -f '{{.State.Status}} {{.RestartCount}} {{.State.StartedAt}} {{.State.Pid}} {{.State.Restarting}} {{if .State.Running}}{{.NetworkSettings.SandboxKey}}{{ end }}' "$name" 2>/dev/null)
EOF
}
ask() {
  case $url in
    inside:*) [ -n "$network" ] && nsenter --net="$network" -- curl -sS -m 5 "${url#inside:}" ;;
    *) curl -sS -m 5 "$url" ;;
  esac
}
answers() { ask 2>/dev/null | grep -qF -- "$expected"; }
state() { docker inspect -f "{{.State.$1}}" "$name" 2>/dev/null; }
# Since its last start, so that what an earlier one said does not count.
log() { docker logs --since "$started" "$name" 2>&1; }
# As the user whose data it is: root would go through the links that this user can make.
files() {
  setpriv --reuid "$(stat -Lc %u -- "$folder")" --regid "$(stat -Lc %g -- "$folder")" --clear-groups \
    --inh-caps=-all --bounding-set=-all --no-new-privs find "$@" -maxdepth 1 -printf '%p %s %T@\n' 2>/dev/null
}
# Time that its main process, and what it has waited for, spent on a processor.
work() { sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d ' ' -f 12-15; }

give_up() {
  docker logs --tail 40 "$name" 2>&1 | cut -c 1-400
  # The last words of a traceback; else the last line that speaks of an error; else the last line.
  why=
  for words in '^[A-Za-z_.]*(Error|Exception)\b' '\b(ERROR|FATAL|Error|error|fatal)\b' '[^[:space:]]'; do
    [ -n "$why" ] || why=$(docker logs --tail 400 "$name" 2>&1 | grep -E -- "$words" | tail -n 1)
  done
  echo "$1 ${why:+Its log says: $(echo "$why" | cut -c 1-300)}"
  exit 1
}

rounds=0
while :; do
  look
  answers && break
  now=$(date +%s)
  if [ -z "$status" ]; then
    # Docker itself may be restarting.
    misses=$((misses + 1))
    [ "$misses" -lt 15 ] || { echo "The container $name is gone: somebody removed it, or Docker does not answer."; exit 1; }
    sleep 1
    continue
  fi
  misses=0
  [ "$restarts" -lt 3 ] || give_up "$title ended by itself and was started again $restarts times."
  case $status in exited | dead) [ "$restarting" = true ] || give_up "$title ended by itself, with exit code $(state ExitCode)." ;; esac

  # What it says and changes is looked at less often than whether it answers.
  rounds=$((rounds + 1))
  if [ $((rounds % 3)) -ne 1 ]; then
    sleep 1
    continue
  fi
  lines=$(log)
  last=$(printf '%s\n' "$lines" | grep -E -- "$changing|$changed" | tail -n 1)
  here="$(printf '%s' "$lines" | wc -c) $(files "$@")"
  if printf '%s' "$last" | grep -qE -- "$changing"; then
    here="$here $(work)"
    [ "$last" = "$shown" ] || { echo "$last" | cut -c 1-200; shown=$last said_at=$now; }
    quiet_since=$now
    [ "$here" = "$seen" ] || moved=$now
    [ $((now - moved)) -lt $standstill ] || give_up "$title has changed nothing in its database for half an hour, and does not answer."
    what='changing its database'
  else
    [ "$here" = "$seen" ] || moved=$now
    [ $((now - moved)) -lt "$patience" ] || give_up "$title does not answer, and has said nothing new for $patience seconds (health: $(state Health.Status || echo unknown))."
    [ $((now - quiet_since)) -lt "$longest" ] || give_up "$title goes on logging and has not answered for $longest seconds."
    what=starting
  fi
  seen=$here
  [ $((now - said_at)) -lt 20 ] || { echo "still $what, after $((now - began)) s"; said_at=$now; }
  sleep 1
done
echo "$title answers, after $(($(date +%s) - began)) s"
