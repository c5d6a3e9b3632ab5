#!/usr/bin/env bash
# check.sh VERSION: builds the README's first program in each way in which people can use the project, and runs
# it. Also tests that the version is the same in all places, the deps goals and the handout.
set -u
. tests/count.sh
version=$1
series=${version%.*}
unset MAKEFLAGS MAKELEVEL MFLAGS
mkdir -p "$BUILD/package"
work=$(cd "$BUILD/package" && pwd)
program=${work%/*}/readme_example.cpp
expected=$(sed -n 's|.*// prints: ||p' "$program")
jobs=-j$(getconf _NPROCESSORS_ONLN)

holds() { # what, command
  local what=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    echo "ok    $what"
    ((passed += 1))
  else
    echo "FAIL  $what"
    tail -30 "$work/log" | sed 's/^/      /'
    ((failed += 1))
  fi
}
has() { command -v "$1" >/dev/null; }
says() { # expected, command
  local words=$1 got
  shift
  got=$("$@")
  if [ "$got" != "$words" ]; then
    printf '%s\n' 'expected:' "$words" 'got:' "$got"
    return 1
  fi
}
runs() { says "$expected" "$@"; }

# The version

holds 'CITATION.cff has the version' grep -qx "version: $version" CITATION.cff
holds 'CHANGELOG.md begins with it' says "## $version" grep -m 1 '^## ' CHANGELOG.md
holds 'README.md asks CMake for its series' grep -q "^find_package(tinygrad_cpp $series " README.md
doctor() { make -s doctor | awk '$1 == "tinygrad_cpp" { print $2 }'; }
holds 'make doctor prints it' says "$version" doctor

# make deps-check where only cmake is missing: programs that only write down how they were started.

fake=$work/fake
rm -rf "$fake" && mkdir "$fake"
pretend() { # program, what it does
  printf '%s\n' '#!/usr/bin/env bash' "echo \"$1 \$*\" >>'$work/started'" "$2" >"$fake/$1"
  chmod +x "$fake/$1"
}
pretend apt-get ''
pretend compiler 'exit 1'
pretend npm ''
pretend sudo '[ "$1" != -n ] || shift; "$@"'
pretend dpkg-query '[ "${!#}" = cmake ] || echo install ok installed'
started() { # goals; prints what they print
  rm -f "$work/started"
  PATH=$fake:$PATH make -s "$@" CXX=compiler BUILD="$BUILD/package/empty" </dev/null
}
line_of() { grep -n "$1" "$work/started" | cut -d : -f 1; }
installs_cmake() {
  local install='apt-get install -y --no-install-recommends cmake'
  [[ $(started deps-check | tail -1) == *" $install" ]] && says "$install" tail -1 "$work/started"
}
holds 'make deps-check installs what is missing, and prints the command' installs_cmake
installs_module() {
  local install='npm install --prefix .*/npm .* puppeteer-core@[0-9.]+'
  [[ $(started deps-book | tail -1) =~ ^$install$ ]] && [[ $(tail -1 "$work/started") =~ ^$install$ ]]
}
holds 'make deps-book does so with modules of npm' installs_module
deps_come_first() {
  started -j4 lessons deps-check
  cat "$work/started"
  [ "$(line_of '^apt-get install')" -lt "$(line_of '^compiler' | head -1)" ]
}
holds 'make -j4 lessons deps-check looks at the compiler after that' deps_come_first

# make flags

with_flags() { # words for make
  local flags
  flags=$(make -s "$@" flags)
  # shellcheck disable=SC2086
  $CXX "$program" $flags -o "$work/with_flags" && runs "$work/with_flags"
}
holds 'make flags' with_flags
holds 'make flags REAL=double' with_flags REAL=double
without_optimising() {
  local build=$BUILD/package/O0
  make -s BUILD="$build" OPT='-O0 -g' "$build/float/obj/tinygrad_cpp/array/kernels/products.o"
}
holds 'make OPT="-O0 -g" compiles what includes Eigen' without_optimising

# make install, into a path with a space

prefix=$work/'in stalled'
rm -rf "$prefix"
holds 'make install' make -s "$jobs" install PREFIX="$prefix"
soname() { readelf -d "$prefix/lib/$1.so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p'; }
portable() { ! objdump -d "$prefix/lib/libtinygrad_cpp.so" | grep -m 1 -E '%[yz]mm'; }
if has readelf && has objdump; then
  for name in libtinygrad_cpp libtinygrad_cpp_double; do
    holds "$name.so: the name that programs look for" says "$name.so.$series" soname $name
  done
  holds 'it runs on every x86-64: no AVX' portable
else
  echo 'skipped: readelf or objdump is missing (binutils)'
fi
with_pkg_config() { # package
  local words
  words=$(pkg-config --cflags --libs "$1") && eval "$CXX" '"$program" -o "$work/with_pkg_config"' "$words" &&
    runs "$work/with_pkg_config"
}
# A program whose processes send each other gradients. Without MPI it is one process.
two=()
if has mpirun && [ -s "$BUILD/toolchain.mpi" ]; then
  two=(mpirun --oversubscribe -np 2)
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
two_processes() { # program
  ((${#two[@]})) || echo 'skipped: mpirun or mpicc is missing (make deps-check)'
  "${two[@]}" "$1" train | grep "^$((${#two[@]} ? 2 : 1)) ranks: .* ranks equal$"
}
two_static_processes() {
  local words
  words=$(pkg-config --static --cflags --libs tinygrad_cpp | sed 's/-ltinygrad_cpp/-l:libtinygrad_cpp.a/') &&
    eval "$CXX" tests/dist/ranks.cpp -o '"$work/ranks"' "$words" && two_processes "$work/ranks"
}
if has pkg-config; then
  export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
  for package in tinygrad_cpp tinygrad_cpp_double; do
    holds "pkg-config $package" with_pkg_config $package
    holds "pkg-config $package: the version" says "$version" pkg-config --modversion $package
    holds "pkg-config $package: what it requires" says fmt pkg-config --print-requires $package
  done
  holds 'pkg-config --static: two processes' two_static_processes
else
  echo 'skipped: there is no pkg-config here (make deps-check)'
fi

# CMake

with_cmake() { # build directory, libraries (as CMake's lists are written), settings
  local build=$work/$1 libraries=$2 library
  shift 2
  cmake -S tests/package -B "$build" -DPROGRAM="$program" -DLIBRARIES="$libraries" "$@" || return
  cmake --build "$build" "$jobs" || return
  for library in ${libraries//;/ }; do runs "$build/use_$library" || return; done
}
find_package() { # version, where
  rm -rf "$work/find_package"
  with_cmake find_package 'tinygrad_cpp;tinygrad_cpp_double' \
    -DHOW=find_package -DVERSION="$1" -DCMAKE_PREFIX_PATH="$2"
}
# Where the engine is compiled for this test alone, and little is computed.
quickly=(-DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0)
refused() { # version, where
  local said
  said=$(find_package "$@" 2>&1) && return 1
  grep "tinygrad_cpp-config.cmake, version: $version" <<<"$said"
}
two_from_cmake() { # with the library that add_subdirectory built
  cmake -S tests/package -B "$work/subdirectory" -DPROGRAM="$PWD/tests/dist/ranks.cpp" &&
    cmake --build "$work/subdirectory" "$jobs" && two_processes "$work/subdirectory/use_tinygrad_cpp"
}
build_and_install() {
  rm -rf "$work/installed"
  cmake -S tinygrad_cpp -B "$work/engine" "${quickly[@]}" -DBUILD_SHARED_LIBS=ON \
    -DCMAKE_INSTALL_PREFIX="$work/installed" &&
    cmake --build "$work/engine" "$jobs" && cmake --install "$work/engine"
}
if has cmake; then
  rm -rf "$work/moved" "$work/a copy"
  mv "$prefix" "$work/moved"
  holds 'CMake: find_package after make install, and moved' find_package "$series" "$work/moved"
  holds 'CMake: an earlier minor version is not what was asked for' refused 0.1 "$work/moved"
  holds 'CMake: nor is a later one' refused "$series.99" "$work/moved"
  mkdir "$work/a copy"
  cp -pR tinygrad_cpp "$work/a copy"
  holds 'CMake: add_subdirectory of a copy of tinygrad_cpp alone' \
    with_cmake subdirectory tinygrad_cpp -DHOW=add_subdirectory -DFROM="$work/a copy" "${quickly[@]}"
  holds 'CMake: two processes' two_from_cmake
  holds 'CMake: FetchContent' \
    with_cmake fetched tinygrad_cpp_double -DHOW=FetchContent -DFROM="$PWD" "${quickly[@]}"
  holds 'CMake: cmake --install' build_and_install
  holds 'CMake: find_package after cmake --install' find_package "$version" "$work/installed"
else
  echo 'skipped: there is no cmake here (make deps-check)'
fi

# make handout

rm -rf "$work/handout"
whole() {
  local script missing=0
  make -s handout DIR="$work/handout" || return
  while read -r script; do
    [ -e "$work/handout/$script" ] || { echo "missing: $script" && missing=1; }
  done < <(grep -ohE '(\.ci|tests|lessons)/[a-z_/]+\.(sh|awk)' Makefile .ci/*.sh tests/*.sh)
  return $missing
}
holds 'a handout has the scripts that it needs' whole

verdict
