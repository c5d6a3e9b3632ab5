#!/usr/bin/env bash
# check.sh LESSON...: are the notebooks what the lessons say, are they valid, and do they run?
set -u
. tests/count.sh
notebooks=()
for lesson; do notebooks+=("notebooks_export/$lesson.ipynb" "notebooks_export/${lesson}_exercises.ipynb"); done

same() {
  local lesson kind
  for lesson; do
    for kind in lesson exercises; do
      if "$BUILD/notebooks_export/export" $kind "$lesson" --check 2>&1; then
        echo "ok    $lesson: its notebook of the $kind"
      else
        echo "FAIL  $lesson: its notebook of the $kind"
      fi
    done
  done
  # No notebook without a lesson.
  printf '%s\n' notebooks_export/*.ipynb "${notebooks[@]}" | sort | uniq -u | sed 's/^/FAIL  belongs to no lesson: /'
}

valid() {
  if "$PYTHON" -c 'import nbformat' 2>/dev/null; then
    "$PYTHON" tests/notebooks/validate.py "${notebooks[@]}"
  else
    echo 'skipped: nbformat is not installed (make deps-notebooks)'
  fi
}

# clang-repl 19 or a newer one, whatever it is called here.
interpreter() {
  local each version
  for each in "${CLANG_REPL:-}" clang-repl clang-repl-{25..19}; do
    version=$("$each" --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p' | head -1)
    if [ "${version:-0}" -ge 19 ]; then
      echo "$each"
      return
    fi
  done
}

runs() {
  CLANG_REPL=$(interpreter)
  export CLANG_REPL
  if [ "$CLANG_REPL" ]; then
    printf '%s\n' "${notebooks[@]}" | xargs -n 1 -P "$(nproc 2>/dev/null || echo 2)" "$BUILD/notebooks_export/run"
  else
    echo 'skipped: there is no clang-repl 19 or newer (make deps-notebooks)'
  fi
}

lines=$({ same "$@" && valid && runs; } | tee /dev/stderr)
passed=$(grep -c '^ok' <<<"$lines") failed=$(grep -c '^FAIL' <<<"$lines")
verdict
