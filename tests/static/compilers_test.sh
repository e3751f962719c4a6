#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# compilers_test.sh - gcc and clang both build everything, without a warning. The one of them
# that `make` uses has just done so.
. "$(dirname "$0")/common.sh"

for compiler in gcc clang; do
	need "$compiler"
	if [ "$(cc --version | tail -n +2)" = "$($compiler --version | tail -n +2)" ]; then
		echo "$compiler: built build/"
		continue
	fi
	make --no-print-directory -s CC="$compiler" B="build/$compiler" all unit-tests
	echo "$compiler: built build/$compiler"
done
