#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# source_test.sh - what every file of the project keeps to: a licence line, a length that can
# be read at one sitting, no stray white space.
. "$(dirname "$0")/common.sh"

max_lines=600
failed=0

complain() {
	echo "$1"
	failed=1
}

while read -r file; do
	case $file in
	LICENSE | *.md | .gitignore | .clang-format | .editorconfig) licensed=no ;;
	*) licensed=yes ;;
	esac
	if [ "$licensed" = yes ] && ! head -3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0'; then
		complain "$file: no SPDX-License-Identifier among its first three lines"
	fi
	if [ "$file" != LICENSE ] && [ "$(wc -l <"$file")" -gt $max_lines ]; then
		complain "$file: longer than $max_lines lines"
	fi
	if grep -nE '[[:blank:]]+$' "$file"; then
		complain "$file: white space at the end of lines"
	fi
	if [ -n "$(tail -c1 "$file")" ]; then
		complain "$file: the last line does not end"
	fi
done < <(files '*' | grep -v '^tests/fuzz/corpus/' | xargs grep -lI '')

exit $failed
