# otto-install: new-connection
# Proves that new SSH connections still get in while the firewall is on: an open session proves nothing, for it survives
# without a rule. Makes a network of its own for a moment, which is to this machine what any other place is, and reads
# sshd's greeting from there, at this machine's public address. Arguments: the ports. Leaves nothing behind.
set -u
address=$(ip -4 route get 192.0.2.1 | sed -n 's/.* src \([0-9.]*\).*/\1/p')
space=otto-outside
device=otto-outside0

tidy() {
  ip netns del "$space" 2>/dev/null
  ip link del "$device" 2>/dev/null
}
trap tidy EXIT
tidy

ip netns add "$space" &&
  ip link add "$device" type veth peer name eth0 netns "$space" &&
  ip addr add 169.254.77.1/30 dev "$device" &&
  ip link set "$device" up &&
  ip -n "$space" addr add 169.254.77.2/30 dev eth0 &&
  ip -n "$space" link set eth0 up &&
  ip -n "$space" route add default via 169.254.77.1 || {
  echo "cannot make a network to try it from"
  exit 3
}

for port in "$@"; do
  greeting=$(ip netns exec "$space" timeout 10 bash -c 'read -r -t 8 line <"/dev/tcp/$1/$2" && echo "$line"' _ "$address" "$port" 2>/dev/null)
  case $greeting in
  SSH-*) echo "port $port: a new connection is greeted with $greeting" ;;
  *)
    echo "port $port: a new connection does not get in"
    exit 1
    ;;
  esac
done
