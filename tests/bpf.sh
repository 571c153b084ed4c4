#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# bpf.sh BUILD: what both sides share compiles for BPF, warnings as errors.
set -eu
build=$1
mkdir -p "$build"
for source in tests/*.bpf.c; do
	clang -O2 -g -target bpf -Wall -Wextra -Werror -Wno-unused-function \
		-iquote bpf -I"/usr/include/$(uname -m)-linux-gnu" \
		-c -o "$build/$(basename "$source" .c).o" "$source"
done
