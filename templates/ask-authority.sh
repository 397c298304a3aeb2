# otto-install: ask-authority
# Asks a certificate authority for its directory (RFC 8555, 7.1.1) before something is given up for a certificate that it has to
# issue: a portal's page with 200 is no directory.
# Argument: the address of the directory.
set -u
said=$(curl --silent --show-error --fail --location --max-time 30 -- "$1" 2>&1)
status=$?
case $status:$said in
0:*newNonce*) exit 0 ;;
0:*) echo "What answered at $1 is no directory of a certificate authority." >&2 ;;
*) printf '%s\n' "$said" >&2 ;;
esac
exit 1
