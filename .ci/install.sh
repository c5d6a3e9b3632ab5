#!/usr/bin/env bash
# install.sh VERSION PROGRAM...: installs what was built in BUILD under PREFIX: headers, libraries, programs,
# files for pkg-config and CMake. DESTDIR is prepended to the paths of installed files, not to paths written
# in them.
set -eu -o pipefail
umask 022
version=$1
shift
case $PREFIX in /*) ;; *) PREFIX=$PWD/$PREFIX ;; esac
at=${DESTDIR:-}$PREFIX

find tinygrad_cpp -name '*.hpp' | while read -r header; do
  install -d "$at/include/${header%/*}"
  install -m 644 "$header" "$at/include/$header"
done

mpi=$(sed -n '/^-[Ll]/p' "$BUILD/toolchain.mpi" | xargs) # a shared library names what it needs by itself

install -d "$at/bin"
for program in "$@"; do install -m 755 "$program" "$at/bin"; done

install -d "$at/lib/pkgconfig" "$at/lib/cmake/tinygrad_cpp"
for name in tinygrad_cpp tinygrad_cpp_double; do
  library=lib$name.so
  install -m 644 "$BUILD/lib$name.a" "$BUILD/$library.$version" "$at/lib"
  ln -sf "$library.$version" "$at/lib/$library.${version%.*}"
  ln -sf "$library.${version%.*}" "$at/lib/$library"
  case $name in *_double) real=' -DTG_REAL=double' ;; *) real= ;; esac
  cat >"$at/lib/pkgconfig/$name.pc" <<END
prefix=$PREFIX
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: $name
Description: reverse-mode automatic differentiation, made to be read
Version: $version
Requires: fmt
Cflags: -std=c++20 -I"\${includedir}"$real
Libs: -L"\${libdir}" -Wl,-rpath,"\${libdir}" -l$name -pthread
Libs.private: $mpi
END
done
for file in tinygrad_cpp-config.cmake tinygrad_cpp-config-version.cmake; do
  sed "s/@PROJECT_VERSION@/$version/; s|@MPI@|${mpi// /;}|" "tinygrad_cpp/cmake/$file" >"$at/lib/cmake/tinygrad_cpp/$file"
done
echo "installed under $at"
