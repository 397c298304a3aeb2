#!/bin/sh
# The entry point of Paperclip in the test droplet's image, with the contract of the official one: started as root, it
# gives the user node the numbers in USER_UID and USER_GID and what lies in its volume, and goes on as that user.
# Started as another user (docker run --user) it changes nothing.
set -eu

if [ "$(id -u)" -ne 0 ]; then
  exec "$@"
fi

uid="${USER_UID:-1000}"
gid="${USER_GID:-1000}"
if [ "$(id -g node)" -ne "$gid" ]; then
  groupmod --non-unique --gid "$gid" node
fi
if [ "$(id -u node)" -ne "$uid" ]; then
  usermod --non-unique --uid "$uid" node
fi
if [ "$(stat -c %u:%g /paperclip)" != "$uid:$gid" ]; then
  chown -R node:node /paperclip
fi
exec setpriv --reuid=node --regid=node --init-groups -- "$@"
