# otto-install: inside-network
# Makes a request from inside a container's own network: one that was started without a network has only its loopback, which
# nobody else on this machine can reach. curl is this machine's, so it does not matter what the image has. The request, with
# the secrets in it, is below and not on the command line.
# Argument: the container's name.
set -u
name=$1
# The path of the network itself, not of a process: the number of one that has ended may be another's by now.
network=$(docker inspect --type container -f '{{if .State.Running}}{{.NetworkSettings.SandboxKey}}{{ end }}' "$name") || exit 1
[ -n "$network" ] || { echo "The container $name does not run." >&2; exit 1; }
exec nsenter --net="$network" -- curl --silent --show-error --config - <<'END-OF-REQUEST'
{{request}}
END-OF-REQUEST
