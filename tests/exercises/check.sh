#!/usr/bin/env bash
# Checks the exercises: `check.sh one NAME` prints a line for each thing that must hold of an exercise, `ok` or `FAIL` first;
# `check.sh all` adds these up; `check.sh grade` judges the answers in the folder DIR and writes the file REPORT.
set -u
# shellcheck source=lessons/exercises/files.sh
. lessons/exercises/files.sh
. tests/count.sh

holds() { # what, condition as a command
  local what=$1
  shift
  if "$@" >/dev/null 2>&1; then echo "ok    $name: $what"; else echo "FAIL  $name: $what"; fi
}

judge() { "$home/exercises" judge "$name" "$1" "$work/$2.report"; }
says() { grep -qF -- "$2" "$work/$1.report"; }
verdict_is() { [[ $(head -1 "$work/$1.report") == "$2 "* ]]; }
has_lines() { [ "$(about "$name" "$1" | grep -c .)" = "$2" ]; }
section_exists() {
  local file=${lesson%%,*} section=${lesson#*, \"}
  grep -qFx -e "// ## ${section%\"}" -e "// ### ${section%\"}" "$file"
}

one() {
  local file stub lesson text level counts wrong=0
  work=$home/check/$name
  rm -rf "$work"
  mkdir -p "$work"
  lesson=$(about "$name" lesson)
  for file in "$here/solutions/$name.hpp" "$here/hints/$name.txt" "tests/exercises/${name}_test.cpp"; do
    holds "$file is there" test -s "$file"
  done
  for text in title kind lesson minutes needs; do holds "its hints have one line $text:" has_lines "$text" 1; done
  holds "its hints have two lines why:" has_lines why 2
  holds "its kind is fix, fill, extend or investigate" grep -qxE 'fix|fill|extend|investigate' <<<"$(about "$name" kind)"
  holds "the section $lesson exists" section_exists
  for level in 1 2 3; do
    text=$(hint "$name" "$level")
    holds "hint $level is not empty" test -n "${text//[[:space:]]/}"
  done

  stub=$work/stub.hpp
  if is_stub "$here/$name.hpp"; then stub=$here/$name.hpp; else "$here/loop.sh" original "$name" >"$stub"; fi
  COMPILE_WITH=-Werror judge "$stub" stub
  holds "the stub compiles without warnings and is red with its own message" verdict_is stub TODO
  holds "its message names the lesson as the hints do" says stub "read $lesson"
  counts=$(COMPILE_WITH=-Werror COUNTS=1 judge "$here/solutions/$name.hpp" solution)
  holds "the solution is green, without warnings" verdict_is solution PASS
  holds "tests/exercises/counts.txt has the line: $name $counts" grep -qxF "$name $counts" tests/exercises/counts.txt
  for file in tests/exercises/{wrong,right,cheats}/"$name"/*.hpp; do
    [ -e "$file" ] || continue
    text=$(sed -n '1s:^// says\: *::p' "$file")
    answer=${file##*/}
    answer=${answer%.hpp}
    SECONDS_ALLOWED=5 judge "$file" "$answer"
    if [[ $file == */right/* ]]; then
      holds "$file is green" verdict_is "$answer" PASS
      continue
    fi
    holds "$file begins with // says: and a text" test -n "$text"
    holds "$file is red and told: $text" told "$answer" "$text"
    if [[ $file == */wrong/* ]]; then ((wrong += 1)); fi
  done
  holds "there are two wrong answers at least" test "$wrong" -ge 2
}

# Whether the report says the text outside the compiler's output, unless the text is a compiler's error.
told() {
  if verdict_is "$1" PASS || verdict_is "$1" TODO; then return 1; fi
  if verdict_is "$1" COMPILE; then [[ $2 == error:* ]] || return 1; fi
  says "$1" "$2"
}

# Files that belong to no exercise.
strays() {
  local file base
  find "$here" tests/exercises -type f | while read -r file; do
    base=${file##*/}
    case $file in
      "$here"/README.md | "$here"/*.sh | "$here"/not_done_yet.hpp | "$here"/exercises.cpp | tests/exercises/check.* | tests/exercises/reporter.cpp | tests/exercises/counts.txt) continue ;;
      "$here"/solutions/*.hpp | "$here"/hints/*.txt | "$here"/*.hpp) base=${base%.*} ;;
      tests/exercises/*/*/*.hpp) base=${file%/*} && base=${base##*/} ;;
      tests/exercises/*_test.cpp) base=${base%_test.cpp} ;;
      *) base=none ;;
    esac
    [ -e "$here/$base.hpp" ] && [[ $base == [0-9][0-9]_* ]] || echo "FAIL  $file belongs to no exercise"
  done
}

all() {
  local lines file passed failed
  if ! [ -d "$here/solutions" ]; then
    echo "This copy has no solutions, so its exercises cannot be checked; leave it out: make check SKIP=check-exercises" >&2
    return 1
  fi
  lines=$(for file in "$here"/[0-9][0-9]_*.hpp; do
    name=${file##*/} && cat "$home/check/${name%.hpp}.log"
  done; strays)
  for file in "$here"/[0-9][0-9]_*.hpp; do
    name=${file##*/} && name=${name%.hpp}
    printf '%-28s %3s checks\n' "$name" "$(grep -c " $name: " <<<"$lines")"
    if grep -q "^FAIL  $name: " <<<"$lines"; then rm -f "$home/check/$name.log"; fi # looked at again next time
  done
  grep '^FAIL' <<<"$lines"
  passed=$(grep -c '^ok' <<<"$lines") failed=$(grep -c '^FAIL' <<<"$lines")
  verdict
}

json() { # text from stdin, as a JSON string
  iconv -c -f utf-8 -t utf-8 | tr -d '\000-\010\013-\037' |
    awk 'BEGIN { printf "\"" } { gsub(/\\/, "&&"); gsub(/"/, "\\\""); gsub(/\t/, "\\t"); printf "%s%s", (NR > 1 ? "\\n" : ""), $0 } END { printf "\"" }'
}

grade() {
  local file answer report verdict counts passed=0 failed=0 entries=''
  [ -d "$DIR" ] || { echo "There is no folder $DIR." >&2 && exit 1; }
  work=$home/graded
  rm -rf "$work"
  mkdir -p "$work"
  for file in "$here"/[0-9][0-9]_*.hpp; do
    name=${file##*/} && name=${name%.hpp}
    report=$work/$name.report answer=$work/$name.hpp
    # A copy, so that what lies beside an answer cannot be included.
    if [ -f "$DIR/$name.hpp" ]; then
      cp "$DIR/$name.hpp" "$answer"
      judge "$answer" "$name"
    else
      printf '%s\n' MISSING "0 of 0" "There is no $name.hpp in the folder." >"$report"
    fi
    verdict=$(head -1 "$report" | cut -d" " -f1) counts=$(sed -n 2p "$report")
    if [ "$verdict" = PASS ]; then ((passed += 1)); else ((failed += 1)); fi
    printf '%-28s %-8s %s tests\n' "$name" "$verdict" "$counts"
    entries+=$(printf '%s\n    {"name": "%s", "verdict": "%s", "tests_passed": %s, "tests": %s, "text": %s}' "${entries:+,}" "$name" "$verdict" \
      "${counts% of *}" "${counts#* of }" "$(tail -n +3 "$report" | head -c 8000 | json)")
  done
  if [ "${REPORT:-}" ]; then
    printf '{\n  "folder": %s,\n  "passed": %s,\n  "failed": %s,\n  "exercises": [%s\n  ]\n}\n' \
      "$(json <<<"$DIR")" "$passed" "$failed" "$entries" >"$REPORT" || exit 1
    echo "wrote $REPORT"
  fi
  echo "$passed passed, $failed failed"
  ((failed == 0))
}

name=${2:-}
"$1"
