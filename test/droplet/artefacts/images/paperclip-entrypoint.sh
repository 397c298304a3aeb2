#!/bin/sh
# The entry point of Paperclip in the test droplet's image, with the contract of the official one: started as root, it
# gives the user node the numbers in USER_UID and USER_GID, and with another number than the image's also what lies in its
# volume, and goes on as that user. Started as another user (docker run --user) it cannot become node, and ends.
set -eu

uid="${USER_UID:-1000}"
gid="${USER_GID:-1000}"
changed=
if [ "$(id -u node)" -ne "$uid" ]; then
  usermod --non-unique --uid "$uid" node
  changed=yes
fi
if [ "$(id -g node)" -ne "$gid" ]; then
  groupmod --non-unique --gid "$gid" node
  usermod --gid "$gid" node
  changed=yes
fi
if [ -n "$changed" ]; then
  chown -R node:node /paperclip
fi
exec setpriv --reuid=node --regid=node --init-groups -- "$@"
