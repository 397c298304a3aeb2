# otto-install: container-unless-gone
# Ends or undoes something of a container, unless it is gone or back already: each may be done as often as it takes. A Docker
# that does not answer says nothing about containers, and is a failure; one that is being restarted, as by an upgrade, gets a minute.
# Arguments: stop, remove, remove-new (only while the old one is set aside: after that the name is the old one's again),
# put-back or policy; the container; for remove-new and put-back what the old one is called while it is set aside, for policy
# what Docker is to do when it ends.
set -u
what=$1 name=$2 before=${3:-}
tries=60
until said=$(docker version --format '{{.Server.Version}}' 2>&1); do
  tries=$((tries - 1))
  if [ "$tries" -le 0 ]; then
    echo "$said"
    exit 1
  fi
  sleep 1
done
there() { docker container inspect "$1" >/dev/null 2>&1; }
case $what in
remove-new) there "$before" || exit 0 ;;
put-back)
  if there "$name" || ! there "$before"; then exit 0; fi
  exec docker rename "$before" "$name"
  ;;
esac
there "$name" || exit 0
case $what in
stop) exec docker stop -t 60 "$name" ;;
remove | remove-new) exec docker rm -f "$name" ;;
policy) exec docker update --restart "$before" "$name" ;;
esac
exit 2
