#!/usr/bin/env bash
# install.sh VERSION: installs what was built in BUILD under PREFIX: headers, libraries and pkg-config files. DESTDIR
# stands before PREFIX where the files go, not in what they say.
set -eu -o pipefail
umask 022
version=$1
case $PREFIX in /*) ;; *) PREFIX=$PWD/$PREFIX ;; esac
at=${DESTDIR:-}$PREFIX

find tinygrad_cpp -name '*.hpp' | while read -r header; do
  install -d "$at/include/${header%/*}"
  install -m 644 "$header" "$at/include/$header"
done

install -d "$at/lib/pkgconfig"
for name in tinygrad_cpp tinygrad_cpp_double; do
  install -m 644 "$BUILD/lib$name.a" "$BUILD/lib$name.so" "$at/lib"
  case $name in *_double) real=' -DTG_REAL=double' ;; *) real= ;; esac
  cat >"$at/lib/pkgconfig/$name.pc" <<END
prefix=$PREFIX
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: $name
Description: reverse-mode automatic differentiation, made to be read
Version: $version
Cflags: -std=c++20 -I"\${includedir}"$real
Libs: -L"\${libdir}" -Wl,-rpath,"\${libdir}" -l$name $(cat "$BUILD/toolchain.link")
END
done
echo "installed under $at"
