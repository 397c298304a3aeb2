#!/bin/sh
# Starts the otto-install that was put on this server, with its own Node. `otto-install` writes this file and removes it.
exec {{folder}}/node {{folder}}/bin/otto-install "$@"
