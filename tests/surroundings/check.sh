#!/usr/bin/env bash
# Runs the test programs that were built in BUILD, again and again, in surroundings that must not matter:
# variables, places, users, limits. Prints a table of them, then `N passed, N failed`, counted over all. `make
# check-surroundings` starts it. ONLY=TMPDIR picks the rows with that in their names. FULL=1 also builds and tests
# in a fresh clone, for other processors and with clang++: half an hour.
set -u
. tests/count.sh
# Left out everywhere: these take longer than all others together. The first starts lessons as other cases do, the
# others only compute, without a look at the clock.
leave_out='-tce=lessons: claims*,random graphs*,sums: a million*'
full=${FULL:-}
unset FULL MAKEFLAGS MAKELEVEL NO_COLOR CLICOLOR_FORCE COLUMNS LESSON_RECORD
build=$(cd "$BUILD" && pwd) work=$(mktemp -d) || exit 1
spinning=()
trap 'rm -rf "$work"; kill ${spinning[@]+"${spinning[@]}"} 2>/dev/null' EXIT
odd=$work/'Aufgabe ü' # a space and a letter outside ASCII
mkdir -m 777 "$odd"
chmod 755 "$work" # for another user
rows=0 running=()

picked() { [[ $1 == *"${ONLY:-}"* ]]; }

# Begins a row of the table: its place, a directory, will hold its name, the logs and what was counted in each.
begin() {
  place=$work/row$((++rows + 100)) # in order, by name too
  mkdir -m 777 "$place" "$place/here" # another user must be able to write
  echo "$1" >"$place/name"
}
skip() { ! picked "$1" || { begin "$1" && echo "skipped: $2" >"$place/skipped"; }; }

# Runs a command, what it prints in a log, and keeps what it counted in another.
counted() { # name of the log, command
  local log=$place/$1.log
  shift
  "$@" >"$log" 2>&1
  counts $? "$log" >"$log.counts"
}

# The test programs at the same time, each started by the command. Two rows at once, for one does not keep two
# processors busy.
try() { # name of the row, command
  picked "$1" || return
  echo "surrounding: $1"
  begin "$1"
  shift
  ((${#running[@]} < 2)) || wait "${running[-2]}"
  (
    cd "$place/here" || exit 1
    counted float "$@" "$build/float/tests" "$leave_out" &
    (counted double "$@" "$build/double/tests" "$leave_out" && counted face "$@" "$build/face")
    wait $!
  ) </dev/null &
  running+=($!)
}
alone() { try "$@" && wait "${running[-1]}"; }

has() { command -v "$1" >/dev/null; }

if has taskset; then alone 'one core' taskset -c 0; else skip 'one core' 'taskset is missing'; fi
# Plain loops: a program killed right after its start would still run this script's EXIT trap.
if picked 'a busy machine'; then
  for _ in 1 2; do
    while :; do :; done &
    spinning+=($!)
  done
  alone 'a busy machine' env
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
rm -f "$work"/programs/*nm
try 'no nm' env PATH="$work/programs"
shuffled() {
  local seed=$1
  shift
  "$@" --order-by=rand --rand-seed="$seed"
}
for seed in 1 2 3; do try "test cases in random order $seed" shuffled $seed; done
wait "${running[@]}"

# A copy of the project. Only files that contain its path are compiled again.
copy="$odd/tiny grad"
in_copy() { make -s -C "$copy" -j2 BUILD=build "$@"; }
solved() { in_copy exercise N=1 ANSWER=lessons/exercises/solutions/01_softplus.hpp | grep GREEN; }
linked() { cd "$odd" && $CXX "tiny grad/build/readme_example.cpp" $(make -s -C 'tiny grad' BUILD=build flags) -o main && ./main; }
installed() { in_copy install NATIVE=1 PREFIX="$odd/in stalled" && eval "$CXX '$copy/build/readme_example.cpp' -o '$odd/main' $(
  PKG_CONFIG_PATH="$odd/in stalled/lib/pkgconfig" pkg-config --cflags --libs tinygrad_cpp)" && "$odd/main"; }
use_copy() {
  echo "surrounding: $1"
  mkdir -p "$copy/build"
  tar -cf - --exclude=./build --exclude=./.git . | tar -xf - -C "$copy"
  (cd "$build" && tar -cf - float double lessons notebooks_export exercises/common* exercises/commands exercises/exercises foreign* lib* toolchain* command) |
    tar -xf - -C "$copy/build"
  begin "$1"
  counted tests in_copy test ARGS="$(printf %q "$leave_out")"
  counted exercise solved
  counted flags linked
  if has pkg-config; then counted install installed; fi
}
if picked 'the project in such a path'; then use_copy 'the project in such a path'; fi

# Each of these is somebody's first command, and finds the options that it is linked with.
first_command() {
  begin "$1"
  make -n BUILD="$work/new" $1 >"$work/new.log" 2>&1
  for options in $(grep -o "@$work/new/toolchain\.[a-z]*" "$work/new.log" | sort -u); do
    case $options in
      *.sound) made="if_changed.sh ${options#@}" ;;
      *) made="toolchain.sh $work/new/toolchain" ;; # which makes all others
    esac
    counted "${options##*/}" grep -F "$made" "$work/new.log"
  done
}
for command in 'lesson N=1' lessons test exercise-kit all; do
  if picked "$command"; then first_command "$command"; fi
done

build_anew() {
  echo "surrounding: $1"
  begin "$1"
  counted tests make -s -j2 "${@:2}"
}
if [ "$full" ]; then
  git clone -q . "$odd/fresh clone"
  build_anew 'a fresh clone there' -C "$odd/fresh clone" BUILD=build test
  usual='-O3 -fno-math-errno -fno-trapping-math'
  build_anew 'x86-64' BUILD="$BUILD/surroundings/x86-64" OPT="$usual -march=x86-64" test
  build_anew 'x86-64-v3' BUILD="$BUILD/surroundings/x86-64-v3" OPT="$usual -march=x86-64-v3" test
  build_anew 'clang++' BUILD="$BUILD/surroundings/clang" CXX=clang++ test
fi

printf '\n%-34s %7s %7s\n' surrounding passed failed
for place in "$work"/row*; do
  if [ -e "$place/skipped" ]; then
    p=- f=- why=$(cat "$place/skipped")
  else
    read -r p f <<<"$(cat "$place"/*.counts | awk '{ p += $1; f += $2 } END { print p, f }')"
    why=$(sed -n 's/.*\(skipped: .* is missing\).*/\1/p' "$place"/*.log | sort -u | paste -sd , -)
  fi
  printf '%-34s %7s %7s  %s\n' "$(cat "$place/name")" "$p" "$f" "$why"
  [ "$p" != - ] || continue
  ((passed += p, failed += f))
  if ((f)); then cat "$place"/*.log; fi
done
verdict
