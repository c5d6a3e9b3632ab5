#!/usr/bin/env bash
# if_changed.sh FILE: copies stdin to FILE if the text differs, so that make sees no change where there is none.
set -u
mkdir -p "${1%/*}"
cat >"$1.now"
if cmp -s "$1.now" "$1"; then rm "$1.now"; else mv "$1.now" "$1"; fi
