#!/usr/bin/env bash
# doctor.sh VERSION OPTION...: prints the versions of everything that is used, or `not found`. OPTION... say
# where headers and libraries are.
set -u
version=$1
shift
options=("$@")

row() { printf '%-13s %-52s %s\n' "$1" "${2:-not found}" "$3"; }
tool() { command -v "$1" >/dev/null && { "$@" 2>&1 || true; } | head -1 | cut -c 1-50; }
macro() { # header, macros
  printf '#include <%s>\n%s\n' "$1" "$2" | $CXX -std=c++20 "${options[@]}" -E -P -x c++ - 2>/dev/null |
    tail -1 | tr -d '" ' | grep '^[0-9]'
}
module() { tool "$PYTHON" -c "import $1; print($1.__version__)" | grep '^[0-9]'; }
sound() { # header, function that tells the version, library
  mkdir -p "$BUILD"
  printf '#include <%s>\n#include <cstdio>\nint main() { std::puts(%s()); }' "$1" "$2" |
    $CXX "${options[@]}" -x c++ - -o "$BUILD/sound.probe" "-l$3" 2>/dev/null && "$BUILD/sound.probe"
}

row tinygrad_cpp "$version" 'this project'
row compiler "$(tool $CXX --version)" 'everything'
row make "$MAKE_VERSION" 'everything'
row fmt "$(macro fmt/core.h FMT_VERSION)" 'text'
row Eigen "$(macro Eigen/Core EIGEN_WORLD_VERSION.EIGEN_MAJOR_VERSION.EIGEN_MINOR_VERSION)" 'matrix products'
row nlohmann-json "$(macro nlohmann/json.hpp \
  NLOHMANN_JSON_VERSION_MAJOR.NLOHMANN_JSON_VERSION_MINOR)" 'files of weights'
row doctest "$(macro doctest/doctest.h DOCTEST_VERSION_STR)" 'tests'
row CLI11 "$(macro CLI/Version.hpp CLI11_VERSION)" 'flags of the lessons'
row libsndfile "$(sound sndfile.h sf_version_string sndfile)" 'recordings of your own in the lessons on speech'
row libsamplerate "$(sound samplerate.h src_get_version samplerate)" 'recordings at other rates than 8000'
row clang++ "$(tool clang++ --version)" \
  'optional: a second compiler, and make fuzz, in make check (deps-check)'
row clang-format "$(tool "$CLANG_FORMAT" --version)" 'optional: make format, make check (deps-check)'
row numpy "$(module numpy)" 'optional: make check (deps-check)'
row emscripten "$(tool em++ --version)" 'optional: make wasm, check-wasm, bench-browser (deps-book)'
row chromium "$(chromium --version 2>/dev/null)" 'optional: make check-book (deps-book)'
row firefox "$(tool firefox-esr --version)" 'optional: make check-book (deps-book)'
row node "$(tool node --version)" 'optional: make book, make check-book (deps-book)'
row torch "$(module torch)" 'optional: make bench-peers (deps-bench)'
row pkg-config "$(tool pkg-config --version)" 'optional: to use what make install installs (deps-check)'
row bwrap "$(tool bwrap --version)" 'optional: a sandbox for make grade (deps-check)'
row cmake "$(tool cmake --version)" 'optional: to use it from a CMake project (deps-check)'
