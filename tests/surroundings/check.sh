#!/usr/bin/env bash
# Runs the test programs that were built in BUILD, again and again, in surroundings that must not matter: variables, places, users,
# limits. Prints a table of them, then `N passed, N failed`, counted over all. `make check-surroundings` starts it; COUNTS reads
# what a program counted. ONLY=TMPDIR picks the rows with that in their names. FULL=1 also builds and tests in a fresh clone, for
# other processors and with clang++: half an hour.
set -u
# Left out everywhere: these take longer than all others together. The first starts lessons as other cases do, the others only
# compute, without a look at the clock.
leave_out='-tce=lessons: claims*,random graphs*,sums: a million*'
full=${FULL:-}
unset FULL MAKEFLAGS MAKELEVEL NO_COLOR CLICOLOR_FORCE COLUMNS LESSON_RECORD
build=$(cd "$BUILD" && pwd) work=$(mktemp -d) || exit 1
spinning=()
trap 'rm -rf "$work"; kill ${spinning[@]+"${spinning[@]}"} 2>/dev/null' EXIT
odd=$work/'Aufgabe ü' # a space and a letter outside ASCII
mkdir -m 777 "$odd"
chmod 755 "$work" # for another user
table='' passed=0 failed=0

picked() { [[ $1 == *"${ONLY:-}"* ]]; }
row() { table+=$(printf '%-34s %7s %7s  %s' "$@")$'\n'; }
skip() { ! picked "$1" || row "$1" - - "skipped: $2"; }

# Runs a command, what it prints in a log, and keeps what it counted in another.
counted() { # name of the log, command
  local log=$work/$1.log
  shift
  "$@" >"$log" 2>&1
  awk -v status=$? "$COUNTS" "$log" >"$log.counts"
}

# The row of the logs that there are.
add() {
  local p f name=$1
  read -r p f <<<"$(cat "$work"/*.counts | awk '{ p += $1; f += $2 } END { print p, f }')"
  row "$name" "$p" "$f" "$(sed -n 's/.*\(skipped: .* is missing\).*/\1/p' "$work"/*.log | sort -u | paste -sd , -)"
  ((passed += p, failed += f))
  if ((f)); then cat "$work"/*.log; fi
  rm -f "$work"/*.log "$work"/*.counts
}

# The test programs, two at a time, each started by the command.
try() { # name of the row, command
  local name=$1 other
  picked "$name" || return
  shift
  echo "surrounding: $name"
  rm -rf "$work/here" && mkdir -m 777 "$work/here" # what another user left cannot be written to
  (cd "$work/here" && counted float "$@" "$build/float/tests" "$leave_out") </dev/null &
  other=$!
  (cd "$work/here" && counted double "$@" "$build/double/tests" "$leave_out" && counted face "$@" "$build/face") </dev/null
  wait $other
  add "$name"
}

has() { command -v "$1" >/dev/null; }

if has taskset; then try 'one core' taskset -c 0; else skip 'one core' 'taskset is missing'; fi
# Not started to be killed at once: they would still have the trap, and clear up.
if picked 'a busy machine'; then
  for _ in 1 2; do
    while :; do :; done &
    spinning+=($!)
  done
  try 'a busy machine' env
  kill "${spinning[@]}"
fi
leave_out+=',a chain of 1?000?000*,a sequence walked step by step*' # which ask how long they take
spinning=()

for variable in NO_COLOR=1 COLUMNS=30 LESSON_RECORD=1 TZ=Pacific/Auckland LC_ALL=C; do try $variable env $variable; done
mkdir "$work/locales"
localedef -i de_DE -f UTF-8 "$work/locales/de_DE.UTF-8" >/dev/null 2>&1
if [ "$(LOCPATH=$work/locales LC_ALL=de_DE.UTF-8 locale decimal_point 2>/dev/null)" = , ]; then
  try LC_ALL=de_DE.UTF-8 env LC_ALL=de_DE.UTF-8 LOCPATH="$work/locales"
else
  skip LC_ALL=de_DE.UTF-8 'there is no such locale to make (make deps-check)'
fi
mkdir "$odd/temporary files"
try 'TMPDIR with a space and an umlaut' env TMPDIR="$odd/temporary files"

nobody=(setpriv --reuid=nobody --regid=nogroup --clear-groups env -u HOME)
if [ "$(id -u)" != 0 ]; then
  skip 'another user, without HOME' 'only root can become one'
elif ! (cd "$build" && "${nobody[@]}" test -x float/tests) 2>/dev/null; then
  skip 'another user, without HOME' "setpriv is missing, or nobody may not read $build"
else
  try 'another user, without HOME' "${nobody[@]}"
fi

private() { umask 077 && "$@"; }
try 'umask 077' private
few() { ulimit -n 64 && "$@"; }
try 'at most 64 open files' few
closed() { "$@" <&-; }
try 'stdin closed' closed
mkdir "$work/programs"
for program in /usr/bin/* /bin/*; do ln -s "$program" "$work/programs/" 2>/dev/null; done
rm -f "$work"/programs/{gnuplot*,*nm}
try 'no gnuplot, no nm' env PATH="$work/programs"
shuffled() {
  local seed=$1
  shift
  "$@" --order-by=rand --rand-seed="$seed"
}
for seed in 1 2 3; do try "test cases in random order $seed" shuffled $seed; done

# A copy of what there is, in which only what names its place is compiled again, and what people do there.
copy="$odd/tiny grad"
in_copy() { make -s -C "$copy" -j2 BUILD=build "$@"; }
solved() { in_copy exercise N=1 ANSWER=lessons/exercises/solutions/01_softplus.hpp | grep GREEN; }
linked() { cd "$odd" && $CXX "tiny grad/build/readme_example.cpp" $(make -s -C 'tiny grad' BUILD=build flags) -o main && ./main; }
installed() { in_copy install PREFIX="$odd/in stalled" && eval "$CXX '$copy/build/readme_example.cpp' -o '$odd/main' $(
  PKG_CONFIG_PATH="$odd/in stalled/lib/pkgconfig" pkg-config --cflags --libs tinygrad_cpp)" && "$odd/main"; }
use_copy() {
  echo "surrounding: $1"
  mkdir -p "$copy/build"
  tar -cf - --exclude=./build --exclude=./.git . | tar -xf - -C "$copy"
  (cd "$build" && tar -cf - float double lessons notebooks_export exercises/common* exercises/commands exercises/judge foreign* lib* toolchain* command) |
    tar -xf - -C "$copy/build"
  counted tests in_copy test ARGS="$(printf %q "$leave_out")"
  counted exercise solved
  counted flags linked
  if has pkg-config; then counted install installed; fi
  add "$1"
}
if picked 'the project in such a path'; then use_copy 'the project in such a path'; fi

build_anew() {
  echo "surrounding: $1"
  counted tests make -s -j2 "${@:2}"
  add "$1"
}
if [ "$full" ]; then
  git clone -q . "$odd/fresh clone"
  build_anew 'a fresh clone there' -C "$odd/fresh clone" BUILD=build test
  usual='-O3 -fno-math-errno -fno-trapping-math'
  build_anew 'x86-64' BUILD="$BUILD/surroundings/x86-64" OPT="$usual -march=x86-64" test
  build_anew 'x86-64-v3' BUILD="$BUILD/surroundings/x86-64-v3" OPT="$usual -march=x86-64-v3" test
  build_anew 'clang++' BUILD="$BUILD/surroundings/clang" CXX=clang++ test
fi

printf '\n%-34s %7s %7s\n%s' surrounding passed failed "$table"
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
