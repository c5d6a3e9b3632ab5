#!/usr/bin/env bash
# toolchain.sh FILE OPTION...: tests the compiler CXX and looks for headers, in the places that OPTION... say.
# Writes the compiler's options that work here to FILE, the options that link a program to FILE.link, and to
# FILE.soname the option that gives a shared library its name. Reads in FILE.mpi what MPI needs. Fails if a
# compiler or a header is missing, and says how to get it.
set -u
file=$1
shift

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}
compiler='  fix: make deps        (or: apt install g++ | dnf install gcc-c++ | xcode-select --install)'
command -v "${CXX%% *}" >/dev/null || fail "error: there is no compiler called $CXX" "$compiler" \
  '  another one?           make CXX=clang++'

# Emscripten's programs run in browsers and under node, on one thread. Of this machine's headers they see the
# few that need no library, and of these .ci/emscripten mends what is missing or slow. Eigen takes clang for
# GCC 4.2, whose assembler it would work around, and works around GCC 6's as well. Browsers inline few
# calls, so the linker does it, between files too: operations on single numbers are 1.15 times as fast.
if [ "$CXX" = em++ ]; then
  mkdir -p "${file%/*}/include"
  for name in fmt doctest nlohmann CLI; do ln -sfn "/usr/include/$name" "${file%/*}/include/$name"; done
  echo "-isystem .ci/emscripten -isystem ${file%/*}/include -DFMT_HEADER_ONLY -fgnuc-version=5.99" \
    '-msimd128 -msse4.1 -fwasm-exceptions' >"$file"
  echo '-O3 -sBINARYEN_EXTRA_PASSES=--flexible-inline-max-function-size=200' \
    '-fwasm-exceptions -sENVIRONMENT=node,worker -sFORCE_FILESYSTEM=1 -sINITIAL_MEMORY=64MB' \
    '-sALLOW_MEMORY_GROWTH=1 -sEXIT_RUNTIME=1 -sEXPORTED_FUNCTIONS=_main,_malloc -lworkerfs.js' >"$file.link"
  exit
fi

cat >"$file.cpp" <<'END'
#include <concepts>
#include <span>
template <std::integral T> T twice(T x) { return x + x; }
int main() { int a[2] = {}; return twice(int(std::span(a).size())) - 4; }
END
compiles() { $CXX -std=c++20 "$@" "$file.cpp" -o "$file.probe" 2>/dev/null; }
{ compiles && "$file.probe"; } || fail "error: $CXX does not compile C++20 (GCC 12 and Clang 14 do)" \
  "$compiler" '  another one?           make CXX=g++-12'

missing=$(for header in fmt/format.h doctest/doctest.h Eigen/Core nlohmann/json.hpp CLI/CLI.hpp; do
  printf '#if !__has_include(<%s>)\n<%s>\n#endif\n' $header $header
done | $CXX -std=c++20 "$@" -E -P -x c++ - | grep '<')
if [ "$missing" ]; then
  install=
  for manager in apt dnf brew; do install+=" | $manager install $(.ci/deps.sh names $manager deps)"; done
  fail 'error: header not found:' "$missing" "  fix: make deps        (or: ${install# | })" \
    '  installed elsewhere?   make CPPFLAGS=-I/path/to/include LDFLAGS=-L/path/to/lib'
fi

# The -Wno are false alarms of GCC 12 at -O3, in its AVX-512 header, std::string and fmt 9.
for option in -fPIC -fno-semantic-interposition -pthread -Wno-maybe-uninitialized -Wno-restrict \
  -Wno-stringop-overflow; do
  if compiles -Werror $option; then echo $option; fi
done >"$file.tmp"
for option in '-Wl,-soname,' '-Wl,-install_name,@rpath/'; do
  if compiles -shared -fPIC ${option}probe; then break; fi
done
echo "$option" >"$file.soname"
# A program that uses no other process needs no MPI when it starts.
if compiles -Wl,--as-needed; then needed=-Wl,--as-needed; else needed=; fi
echo -lfmt -pthread "$(grep '^-[Ll]' "$file.mpi" | sed "1s/^/$needed /" | xargs)" >"$file.link"
mv "$file.tmp" "$file"
