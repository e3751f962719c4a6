# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# common.sh - what the static tests share: which files are ours, and skipping.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# What the compiler needs to be told of C files that run in userspace.
# shellcheck disable=SC2034 # used by those who source this
includes=(-D_GNU_SOURCE '-DXE_VERSION="0"' '-DXE_LIBEXECDIR="/"' -I. -Iinclude -Iuser -Itests -Ibuild/include)

# files [PATTERN...] - the files of the project that match: the ones that git knows or would add
files() {
	if [ -e .git ]; then # the checkout may belong to another user
		git -c safe.directory='*' ls-files --cached --others --exclude-standard -- "$@" |
			while read -r file; do [ ! -e "$file" ] || echo "$file"; done
	else
		local pattern matches=()
		for pattern; do matches+=(-o -path "./$pattern"); done
		find . -type f -not -path './build/*' \( "${matches[@]:1}" \) -printf '%P\n'
	fi
}

# userspace_files - C files that are not compiled for BPF
userspace_files() {
	files 'user/*.c' 'tests/*.c' | grep -v '[.]bpf[.]c$'
}

# need COMMAND - skips the test where the command is missing
need() {
	command -v "$1" >/dev/null && return
	echo "$1 is not installed"
	exit 77
}
