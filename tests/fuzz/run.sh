#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# run.sh FUZZER SECONDS CORPUS - fuzzes for so long, from the corpus of the repository and that of
# earlier runs in the directory CORPUS, which keeps what is new. An input that fails is left in the
# directory above as crash-*; the same program shows it again: FUZZER FILE.
set -eu
fuzzer=$1
seconds=$2
corpus=$3
seeds=$(dirname "$0")/corpus

mkdir -p "$corpus"
fuzz() {
	ASAN_OPTIONS=detect_leaks=1 "$fuzzer" -max_len=600 -max_total_time="$1" -timeout=10 \
		-print_final_stats=1 -artifact_prefix="$(dirname "$corpus")/" "$corpus" "$seeds"
}

echo "against the oracle:"
fuzz $((seconds / 2))
if [ "$(id -u)" -ne 0 ]; then
	echo "against the kernel: needs root"
	exit 0
fi
echo "against the oracle and the kernel:"
XE_FUZZ_KERNEL=1 fuzz $((seconds - seconds / 2))
