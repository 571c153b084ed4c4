#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# sbom.sh BINARY VERSION COMMIT: the libraries that a binary is linked with and those
# that it opens when it needs them, with the versions that are here, as SPDX 2.3.
set -eu
binary=$1 version=$2 commit=$3
time=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y-%m-%dT%H:%M:%SZ)
cat <<END
SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: detour-$version
DocumentNamespace: https://detour.example/spdx/detour-$version-${commit:-unknown}
Creator: Tool: tools/sbom.sh
Created: $time

PackageName: detour
SPDXID: SPDXRef-detour
PackageVersion: $version
PackageSourceInfo: commit ${commit:-unknown}
PackageDownloadLocation: NOASSERTION
FilesAnalyzed: false
PackageLicenseConcluded: NOASSERTION
PackageLicenseDeclared: BSD-2-Clause AND (GPL-2.0-only OR BSD-2-Clause)
PackageCopyrightText: NOASSERTION
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-detour
END

# library FILE RELATION: one of them, by the package that it is of.
library() {
	package=$(dpkg-query -S "*/${1##*/}" 2>/dev/null |
		sed -n '1s/:.*//p') || package=
	found=
	[ -z "$package" ] || found=$(dpkg-query -W \
		-f '${source:Package} ${source:Version}\n' "$package" | head -n 1)
	name=${found%% *}
	cat <<END

PackageName: ${name:-${1##*/}}
SPDXID: SPDXRef-$(echo "${1##*/}" | tr -c 'A-Za-z0-9.\n' -)
PackageVersion: ${found#* }
PackageFileName: ${1##*/}
PackageDownloadLocation: NOASSERTION
FilesAnalyzed: false
PackageLicenseConcluded: NOASSERTION
PackageLicenseDeclared: NOASSERTION
PackageCopyrightText: NOASSERTION
END
	[ -z "$name" ] || echo "ExternalRef: PACKAGE-MANAGER purl" \
		"pkg:deb/debian/$name@${found#* }"
	id=SPDXRef-$(echo "${1##*/}" | tr -c 'A-Za-z0-9.\n' -)
	case $2 in
	*_OF) echo "Relationship: $id $2 SPDXRef-detour" ;;
	*) echo "Relationship: SPDXRef-detour $2 $id" ;;
	esac
}

objdump -p "$binary" | sed -n 's/^ *NEEDED *//p' | LC_ALL=C sort |
	while read -r file; do library "$file" DYNAMIC_LINK; done
for file in libcurl.so.4 libmicrohttpd.so.12; do
	library "$file" OPTIONAL_DEPENDENCY_OF
done
