#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# cppcheck_test.sh - cppcheck over what runs in userspace. cppcheck.cfg says what it does not
# know of the libraries.
. "$(dirname "$0")/common.sh"

need cppcheck
userspace_files | cppcheck --file-list=- --quiet -j2 --std=c17 --inline-suppr \
	--enable=warning,performance,portability --error-exitcode=1 \
	--library=tests/static/cppcheck.cfg -D_GNU_SOURCE -Iinclude -Iuser -Itests
