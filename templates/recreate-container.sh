# otto-install: recreate-container
# Puts a new container in place of the one of this name. The old one is kept, stopped and under another name, until
# the new one answers; when it does not, the old one comes back and this ends with 1. May be interrupted at any point: what is
# left then is finished, or undone, by the next start of this script.
# Arguments: name, seconds to wait for the new one, URL that it answers, text in that answer, restart policy of the old
# one; then the words after `docker run`.
set -u
name=$1 patience=$2 url=$3 expected=$4 policy=$5
shift 5
before=$name-before

there() { docker inspect --type container "$1" >/dev/null 2>&1; }
answers() { curl -sS -m 5 "$url" 2>/dev/null | grep -qF -- "$expected"; }

# A network that it is in already, after a start that was cut off, is no failure.
join() {
  said=$(docker network connect "$@" 2>&1) && return 0
  case $said in *"already exists in network"*) return 0 ;; esac
  echo "$said"
  return 1
}
# The networks that the old one was connected to besides its own.
join_all() {
  :
{{networks}}
}

put_back() {
  docker rm -f "$name" >/dev/null 2>&1
  if docker rename "$before" "$name" && docker update --restart "$policy" "$name" >/dev/null && docker start "$name" >/dev/null; then
    echo "$1 The container from before runs again."
  else
    echo "$1 The container from before could not be started: it is called $name or $before."
  fi
  exit 1
}

if there "$before" && there "$name"; then
  # An earlier attempt was interrupted near its end. Whichever of the two works is the one to continue from.
  if answers && join_all; then docker rm -f "$before" >/dev/null || exit 1; else docker rm -f "$name" >/dev/null || exit 1; fi
fi
if there "$name"; then
  echo "stopping $name"
  docker stop -t 60 "$name" >/dev/null || exit 1
  docker rename "$name" "$before" || { docker start "$name"; exit 1; }
fi
# Its policy would start it again together with Docker, beside the new one and on the same data.
if there "$before"; then docker update --restart no "$before" >/dev/null || put_back "It could not be set aside."; fi

if ! docker run "$@"; then
  there "$before" && put_back "The new container could not be made."
  exit 1
fi
if ! join_all; then
  there "$before" && put_back "The new container could not be connected to its networks."
  exit 1
fi
end=$(($(date +%s) + patience))
until answers; do
  restarts=$(docker inspect -f '{{.RestartCount}}' "$name" 2>/dev/null || echo 9)
  if [ "$restarts" -ge 3 ] || [ "$(date +%s)" -gt "$end" ]; then
    docker logs --tail 15 "$name" 2>&1
    there "$before" && put_back "The new container did not answer."
    echo "The new container did not answer."
    exit 1
  fi
  sleep 0.5
done
echo "$name answers"
if there "$before"; then docker rm -f "$before" >/dev/null; fi
exit 0
