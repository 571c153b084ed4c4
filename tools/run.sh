#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh DETOUR: load the example rules into a state directory below build/ and
# serve them on 127.0.0.1:8080, or LISTEN, until interrupted.
set -eu
detour=$1
state=$(dirname "$detour")/example
listen=${LISTEN:-127.0.0.1:8080}
"$detour" --state "$state" import tools/example.rules --replace \
	--message 'the example'
echo
echo "Serving on $listen. In another terminal, try:"
echo "  curl -i -H 'Host: old.example' http://$listen/blog/hello?from=curl"
echo "  $detour --state $state explain old.example/blog/hello"
echo "End with Ctrl-C."
echo
exec "$detour" --state "$state" serve --listen "$listen"
