# otto-install: start-once
# Starts a service that does one thing and ends. What it said is in the journal only: its last line is passed on when it
# failed. 3: it did its work and has a warning, which it wrote down. Argument: the service.
systemctl start "$1" && exit 0
[ "$(systemctl show --property ExecMainStatus --value "$1")" = 3 ] && exit 0
journalctl --unit "$1" --lines 5 --output cat --no-pager _TRANSPORT=stdout
exit 1
