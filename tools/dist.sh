#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# dist.sh TARBALL NAME COMMIT: the tree as it is here, below NAME/, and the file
# "commit". Two of one commit are the same, byte by byte.
set -eu
out=$1 name=$2 commit=$3
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
if [ -e .git ]; then
	git ls-files >"$place/files"
	time=$(git log -1 --format=%ct)
else
	find . -path ./build -prune -o -path ./debian -prune -o ! -type d \
		! -path ./commit -print | sed 's|^\./||' >"$place/files"
	time=$(stat -c %Y commit)
fi
printf '%s\n' "$commit" >"$place/commit"
mkdir -p "${out%/*}"
LC_ALL=C sort "$place/files" | tar --create --files-from - \
	--add-file="$place/commit" --transform "s|^${place#/}/||;s|^|$name/|" \
	--mtime="@$time" --owner=0 --group=0 --numeric-owner \
	--mode=u+rw,go=rX --format=gnu 2>/dev/null | gzip -n9 >"$out.new"
mv "$out.new" "$out"
