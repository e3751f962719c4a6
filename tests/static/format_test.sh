#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# format_test.sh - C sources are as `make format` leaves them.
. "$(dirname "$0")/common.sh"

need clang-format
# vmlinux.h is as bpftool prints it
files '*.c' '*.h' | grep -v '^vmlinux.h$' | xargs clang-format --dry-run -Werror
