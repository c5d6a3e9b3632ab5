#!/usr/bin/env bash
# Runs fuzz targets, each for so many seconds, as many at a time as there are processors: run.sh SECONDS PROGRAM... Prints a line
# for each, then `N passed, N failed`. BUILD/corpus keeps the inputs that reach something new, BUILD/found those that show a fault.
# RUNS=1000000 ends each target after so many.
set -u
export OMP_NUM_THREADS=1 ASAN_OPTIONS=quarantine_size_mb=16:malloc_context_size=2 UBSAN_OPTIONS=print_stacktrace=1

run_one() { # seconds, program
  local name=${2##*/} log=$BUILD/found/${2##*/}.log failed=0 fault file
  local words=tests/fuzz/${name%_double}.dict
  [ -e "$words" ] || words=
  mkdir -p "$BUILD/corpus/$name"
  # 512 MB in one piece are far more than reading a small file may take; fuzz.cpp measures the time.
  "$2" -max_total_time="$1" ${RUNS:+-runs=$RUNS} -max_len=65536 -len_control=100 -timeout=600 -malloc_limit_mb=512 \
    -rss_limit_mb=1024 -close_fd_mask=1 -print_funcs=0 -print_final_stats=1 ${words:+-dict=$words} \
    -artifact_prefix="$BUILD/found/$name-" "$BUILD/corpus/$name" >"$log" 2>&1 </dev/null ||
    failed=1
  awk -v name="$name" -v failed=$failed '
    / (cov|ft): / { for (i = 1; i < NF; ++i) { if ($i == "ft:") features = $(i + 1); if ($i == "corp:") corpus = $(i + 1) } }
    /^stat::number_of_executed_units:/ { runs = $2 }
    /^stat::average_exec_per_sec:/ { rate = $2 }
    /^stat::peak_rss_mb:/ { memory = $2 }
    END { sub(/\/.*/, "", corpus)
      printf "%-20s %9d runs %7d/s %6d features %5d inputs kept %5d MB%s\n", name, runs, rate, features, corpus, memory,
        failed ? "  FAILED" : "" }' "$log"
  ((failed)) || return 0
  fault=$(grep -m 1 -E '^fault: |ERROR: |runtime error: |terminate called|what\(\)' "$log")
  file=$(sed -n 's/.*Test unit written to //p' "$log" | tail -1)
  printf '  %s\n  its report: %s\n' "${fault:-$(tail -1 "$log")}" "$log"
  [ -z "$file" ] || printf '  its input: %s; again: %q %q\n' "$file" "$2" "$file"
  [ -z "$file" ] || [ "$(wc -c <"$file")" -gt 4096 ] || printf '  in base64: %s\n' "$(base64 -w 0 "$file")"
  return 1
}

if [ "$1" = one ]; then
  run_one "$2" "$3"
  exit
fi
seconds=$1
shift
rm -rf "$BUILD/found" && mkdir -p "$BUILD/found" || exit 1
printf '%s\0' "$@" | xargs -0 -n 1 -P "$(getconf _NPROCESSORS_ONLN)" "$0" one "$seconds" | tee "$BUILD/found/table"
failed=$(grep -c ' FAILED$' "$BUILD/found/table")
passed=$(($(grep -c ' inputs kept ' "$BUILD/found/table") - failed))
echo "$passed passed, $failed failed"
((failed == 0 && passed == $#))
