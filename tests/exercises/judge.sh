#!/usr/bin/env bash
# judge.sh NAME ANSWER REPORT: compiles the answer with the exercise's tests, runs them and writes the report:
#   PASS, TODO (a stub), RED, COMPILE, REFUSED (it is not its own work), CRASH or TIME
#   how many of how many tests passed
#   what there is to read about it; of several red tests the first, and the others by name
# Whatever the answer does, this ends, and with status 0. SECONDS_ALLOWED is its time, COMPILE_WITH an option more.
set -u
name=$1 answer=$2 report=$3
test=tests/exercises/${name}_test.cpp hints=lessons/exercises/hints/$name.txt
seconds=${SECONDS_ALLOWED:-10}
mkdir -p "${report%/*}"
work=$(mktemp -d "${report%.report}.XXXXXX") || exit 1 # this run's own: another may judge the same exercise
trap 'rm -rf "$work"' EXIT
: >"$work/began" # an answer saved while it is judged is newer than this
compile=() link=() libraries=()
# shellcheck source=/dev/null
. "$BUILD/exercises/commands"

tests=$(grep -c '^TEST_CASE(' "$test")
passed=0

verdict() {
  { printf '%s\n%s of %s\n' "$1" "$passed" "$tests"; cat; } >"$work/report"
  touch -r "$work/began" "$work/report"
  mv -f "$work/report" "$report"
  exit 0
}

# Runs a command with so many seconds of computing, a minute more of waiting, 2 GB of memory and 4 MB of output.
limited() {
  local wait=()
  if command -v timeout >/dev/null; then wait=(timeout -k 1 $(($1 + 60))); fi
  {
    (
      ulimit -t "$1" -f 4096
      ulimit -v 2000000
      shift
      exec ${wait[@]+"${wait[@]}"} "$@" >>"$work/out" 2>&1 </dev/null
    )
  } 2>/dev/null # the shell's own word on a program that was killed
}

# The words of the answer that are the engine's own solution, as `without:` of the hints lists them.
borrowed() {
  sed -n '/^---/q; s/^without: *//p' "$hints" | tr ',' '\n' | while read -r word; do
    if [ -n "$word" ] && sed 's://.*::' "$answer" | grep -qF -- "$word"; then
      echo "$word is what this exercise is about: write it yourself."
    fi
  done
}

# The files that the answer includes besides the engine, of those that are no part of the system.
foreign() {
  awk '{ gsub(/\\ /, "\001"); sub(/\\$/, ""); for (i = 1; i <= NF; ++i) { gsub("\001", " ", $i); print $i } }' "$work/answer.d" | while read -r path; do
    path=${path#"$PWD"/}
    case $path in
      '' | *.o: | "$answer" | "$test") continue ;;
      *..*) ;;
      "$BUILD"/exercises/common.hpp* | tests/exercises/check.hpp | *exercises/not_done_yet.hpp | tinygrad_cpp/*) continue ;;
    esac
    echo "An answer includes tinygrad_cpp/... and the standard library; this one includes $path."
  done
}

# What doctest printed, without its frame: all of the first red test, and the names of the others.
readable() {
  awk '/^=+$/ { ++block; next } /^\[doctest\]/ { next }
    block < 2 { if (NF || before) print; before = NF }
    block > 1 && /^TEST CASE: / { others = others "; " substr($0, 13) }
    END { if (others) print "Also red: " substr(others, 3) "." }'
}

# Of a check that shows no more than true or false, or twice the same, what the test says about it alone.
plainly() {
  awk '/: ERROR: / { error = $0; next }
    error != "" && /^  values: / && shows_nothing($0) { bare = $0; next }
    error != "" && bare != "" && sub(/^  logged: /, "") { sub(/: ERROR: .*/, ":", error); $0 = "  " $0 }
    { show(); print }
    END { show() }
    function shows_nothing(values, sides) {
      gsub(/^  values: [A-Z_]+\( | \)$/, "", values)
      return values ~ /^(true|false)$/ || (split(values, sides, " != ") == 2 && sides[1] == sides[2])
    }
    function show() { if (error != "") print error; if (bare != "" && error ~ /ERROR/) print bare; error = bare = "" }'
}

: >"$work/out"
[ -e "$answer" ] || verdict COMPILE <<<"There is no file $answer."
words=$(borrowed)
[ -z "$words" ] || verdict REFUSED <<<"$words"
if ! limited 60 "${compile[@]}" ${COMPILE_WITH:+"$COMPILE_WITH"} -Wfatal-errors "-DEXERCISE=\"$answer\"" -MMD -MF "$work/answer.d" -c "$test" -o "$work/answer.o"; then
  verdict COMPILE < <(sed -e 's:\(^\| \)\./:\1:g' -e '/^compilation terminated/d' -e '/^In file included from .*_test\.cpp:[0-9]*:$/d' "$work/out")
fi
words=$(foreign)
[ -z "$words" ] || verdict REFUSED <<<"$words"
if ! limited 60 "${link[@]}" "$work/answer.o" -o "$work/program" "${libraries[@]}"; then
  verdict COMPILE <"$work/out"
fi

limited "$seconds" "$work/program" --no-colors=true --no-version=true
status=$?
read -r total passed <<<"$(awk '/^\[doctest\] test cases:/ { total = $4; passed = $6 } END { print total + 0, passed + 0 }' "$work/out")"
output=$(head -c 20000 "$work/out" | readable)
case $status in
  124 | 137 | 152) verdict TIME <<<"Stopped after $seconds seconds of computing. Is there a loop that does not end?
$output" ;;
  153) verdict TIME <<<"Stopped: it printed more than 4 MB. Is there a loop that does not end?" ;;
esac
if ((status > 128)); then
  signal=$(kill -l "$((status - 128))")
  [ "$signal" != SEGV ] || signal='segmentation fault: an element outside a vector, or a function that calls itself for ever?'
  verdict CRASH <<<"The program crashed: $signal
$output"
fi
((total == tests)) || verdict CRASH <<<"The program ended, with exit status $status, before its tests did.
$output"
((status != 0 || passed != tests)) || verdict PASS <<<"$output"
todo=$(sed -n -e 's/.*exception: "\(not done yet: .*\)"$/\1/p' -e 's/.*exception: \(not done yet: .*\)/\1/p' <<<"$output" | head -1)
if [ -n "$todo" ] && [[ $output != *'is NOT correct'* ]]; then verdict TODO <<<"$todo"; fi
verdict RED < <(plainly <<<"$output")
