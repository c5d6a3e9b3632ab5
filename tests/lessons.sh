#!/usr/bin/env bash
# lessons.sh PROGRAM... -- ARGUMENT...: runs each lesson quickly and prints a table of their claims. Fails if
# one of them fails.
set -u
programs=()
while [ "$1" != -- ]; do programs+=("$1") && shift; done
shift
rm -f "$BUILD"/lessons/*.summary
for program in "${programs[@]}"; do
  summary=$program.summary
  "$program" --quick --no-prose --figures "$BUILD/figures/quick" --summary "$summary" "$@" </dev/null
  status=$?
  [ -s "$summary" ] || echo "${program##*/}" >"$summary"
  printf 'status\t%s\n' $status >>"$summary"
done

# A summary is one row: name, question, claims passed, failed and skipped, seconds. The exit status follows.
awk -F '\t' -v flags="--quick $*" '
  $1 == "status" { status[rows] = $2; bad += $2 != 0; next }
  {
    name[++rows] = $1
    question[rows] = NF > 1 ? $2 : "ended without a summary"
    claims[rows] = NF > 1 ? $3 "/" $3 + $4 ($5 ? ", " $5 " skipped" : "") : "-"
    seconds[rows] = NF > 1 ? sprintf("%.1f", $6) : "-"
    if (length(name[rows]) > w) w = length(name[rows])
    if (length(question[rows]) > v) v = length(question[rows])
  }
  END {
    layout = "%-" w "s  %-" v "s  %-16s %7s  %s\n"
    sub(/ +$/, "", flags)
    print "\nEach lesson, run with " flags ":\n"
    printf layout, "lesson", "question", "claims", "seconds", ""
    for (i = 1; i <= rows; ++i)
      printf layout, name[i], question[i], claims[i], seconds[i], \
        status[i] ? "FAILED, exit status " status[i] : ""
    exit bad > 0
  }' "${programs[@]/%/.summary}"
