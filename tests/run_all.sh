#!/usr/bin/env bash
# Runs tests and adds up what they count. The last line is `N passed, N failed`.
#   run_all.sh programs PROGRAM... -- ARGUMENT...   test programs at the same time, their output in order
#   run_all.sh threads PROGRAM... -- ARGUMENT...    test programs on 1, 2 and 4 threads
#   run_all.sh goals GOAL...                        goals of make, one after the other
set -u
. tests/count.sh

# Sets `programs` to the words before `--` and `arguments` to those behind it.
split() {
  programs=()
  while [ "$1" != -- ]; do programs+=("$1") && shift; done
  shift
  arguments=("$@")
}

programs() {
  local running=() program i
  split "$@"
  trap 'kill ${running[@]+"${running[@]}"} 2>/dev/null' EXIT
  for program in "${programs[@]}"; do
    { cd "${program%/*}" && exec "./${program##*/}" ${arguments[@]+"${arguments[@]}"}; } \
      </dev/null >"$program.log" 2>&1 &
    running+=($!)
  done
  for i in "${!programs[@]}"; do
    echo "${programs[i]}"
    wait "${running[i]}"
    add_up $? "${programs[i]}.log"
    unset "running[i]"
    cat "${programs[i]}.log"
  done
}

threads() {
  local program count in_order=()
  split "$@"
  # With 32 random bits in addresses (ASLR), GCC 12's thread sanitizer does not start.
  if setarch -R true 2>/dev/null; then in_order=(setarch -R); fi
  for program in "${programs[@]}"; do
    for count in 1 2 4; do
      echo "$program with $count threads"
      OMP_NUM_THREADS=$count ${in_order[@]+"${in_order[@]}"} "$program" ${arguments[@]+"${arguments[@]}"} \
        2>&1 </dev/null | tee "$program.log"
      add_up "${PIPESTATUS[0]}" "$program.log"
    done
  done
}

goals() {
  local goal
  mkdir -p "$BUILD"
  for goal; do
    echo "check: $goal"
    "$MAKE" "$goal" </dev/null 2>&1 | tee "$BUILD/$goal.log"
    add_up "${PIPESTATUS[0]}" "$BUILD/$goal.log"
  done
}

"$@"
verdict
