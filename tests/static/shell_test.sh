#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# shell_test.sh - shellcheck over every shell script, whatever its name.
. "$(dirname "$0")/common.sh"

need shellcheck
files '*' | xargs grep -lIE '^#!.*(/sh|[ /]bash)$|^# shellcheck shell=' --max-count=1 |
	xargs shellcheck -x -P SCRIPTDIR
