# otto-install: container-unless-gone
# Ends or undoes something of a container, unless it is gone or back already: each may be done as often as it takes. A Docker
# that does not answer says nothing about containers, and is a failure.
# Arguments: stop, remove, remove-new (only while the old one is set aside: after that the name is the old one's again) or
# put-back; the container; for the last two what the old one is called while it is set aside.
set -u
what=$1 name=$2 before=${3:-}
docker version --format '{{.Server.Version}}' >/dev/null || exit 1
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
esac
exit 2
