#!/usr/bin/env bash
# if_changed.sh FILE: writes what it reads into FILE, unless FILE already holds it: make would take it for
# changed.
set -u
mkdir -p "${1%/*}"
cat >"$1.now"
if cmp -s "$1.now" "$1"; then rm "$1.now"; else mv "$1.now" "$1"; fi
