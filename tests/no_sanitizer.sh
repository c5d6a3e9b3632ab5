#!/usr/bin/env bash
# no_sanitizer.sh KIND COMPILER: says that the tests are skipped, if COMPILER cannot make programs with
# -fsanitize=KIND. Fails if it can.
set -u
program='int main() {}'
if [[ $1 == *fuzzer* ]]; then
  program='#include <sys/mman.h>
    extern "C" int LLVMFuzzerTestOneInput() { return memfd_create("", 0); }'
fi
! $2 -fsanitize="$1" -x c++ - -o /dev/null 2>/dev/null <<<"$program" &&
  echo "skipped: there is no $2 here that knows -fsanitize=$1 (make deps-check)"
