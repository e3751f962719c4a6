#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# readme_test.sh - what README.md repeats of the code (help, reasons, metrics) is what the code says.
. "$(dirname "$0")/common.sh"

scripts/readme.py --check

# and the check can fail
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir "$copy/scripts"
mkdir "$copy/build"
cp -r README.md include user "$copy/"
cp build/xdp-echo "$copy/build/"
cp scripts/readme.py "$copy/scripts/"
# shellcheck disable=SC2016 # the back-ticks are Markdown's
sed -i 's/^| `dropped` | `ttl` |.*/| `dropped` | `ttl` | something else |/' "$copy/README.md"
if "$copy/scripts/readme.py" --check 2>/dev/null; then
	echo "a README with a wrong reason passed"
	exit 1
fi
