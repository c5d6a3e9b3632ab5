#!/usr/bin/env bash
# check.sh TESTS LESSON...: runs under node what Emscripten made: the engine's tests, and each lesson, which
# must make the claims that the native program makes, with the same verdicts.
set -u
. tests/count.sh
wasm=$BUILD/wasm
tests=$1
shift

# Without the test cases that start threads or programs, or read the project.
no='*each thread has its own*,*the same bits on*,*in a new process*,*stack of 256 KiB*'
no+=',*every public function*,*that the sources record*'
node tests/wasm/run.js "$wasm" "$tests" -tce="$no" 2>&1 | tee "$tests.log"
add_up "${PIPESTATUS[0]}" "$tests.log"

flags=(--quick --no-ask --no-prose)
for lesson; do
  claims=$wasm/lessons/$lesson.claims
  rm -f "$claims" "$claims.native"
  OMP_NUM_THREADS=1 "$BUILD/lessons/$lesson" "${flags[@]}" --claims "$claims.native" >/dev/null
  node tests/wasm/run.js "${claims%/*}" "${claims%.claims}" "${flags[@]}" --claims "/out/$lesson.claims" \
    >"$claims.log" 2>&1
  if [ $? = 0 ] && [ -s "$claims" ] && diff <(cut -f 1,2 "$claims.native") <(cut -f 1,2 "$claims"); then
    echo "$lesson: $(grep -c . "$claims") claims, as natively"
    ((++passed))
  else
    echo "FAILED: $lesson under node; see $claims.log"
    ((++failed))
  fi
done
verdict
