#!/usr/bin/env bash
# safetensors.sh PROGRAM: another reader, which knows the format and nothing of ours, must find in a file what
# tests/io_test.cpp, a part of the test program, wrote there.
set -eu -o pipefail
reader=$PWD/tests/peers/read_safetensors.py
cd "${1%/*}"
SAVE_EXAMPLE=example.safetensors "./${1##*/}" -tc='*published format*' >/dev/null
"$PYTHON" -B "$reader" example.safetensors | tee example.txt
printf '%s\n' '__metadata__ said="é step=12' 'a F32 [2, 2] 4.5' 'b F32 [] 7.0' 'none F32 [0, 3] 0.0' |
  diff - example.txt
