#!/usr/bin/env bash
# new_lesson.sh NAME: writes lessons/NAME.cpp, a lesson that runs, from skeleton.txt.
set -u
name=$1 file=lessons/$1.cpp
LC_ALL=C

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}
[[ $name == [0-9][0-9]_[a-z]* ]] ||
  fail "error: NAME is '$name'; two digits, _ and a word in small letters are needed" \
    '  for example: make new-lesson NAME=08_my_question'
[[ $name != *[!a-z0-9_]* ]] || fail "error: NAME is '$name'; small letters, digits and _ only"
[ ! -e "$file" ] || fail "error: $file is there already"
number=${name%%_*}
sed "s/NUMBER/${number#0}/; s/NAME/$name/" lessons/support/skeleton.txt >"$file"
echo "wrote $file; run it: make lesson N=$number"
