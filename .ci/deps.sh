#!/usr/bin/env bash
# deps.sh GOAL: installs the packages of a goal (deps, deps-check, ..) that are missing. Prints each command
# before it runs.
# deps.sh names MANAGER GOAL: prints the packages of a goal; MANAGER is apt, dnf, brew or npm. Those of npm go
# under build/npm.
set -u

# On macOS the compiler comes from `xcode-select --install`. Without OpenBLAS the peer multiplies with the
# reference BLAS, twenty times slower, and the comparison would not be honest.
names() { # package manager, goal
  awk -v manager="$1" -v goal="$2" '$1 == manager && $2 == goal { $1 = $2 = ""; print }' <<'END' | xargs
apt  deps            g++ libfmt-dev doctest-dev libeigen3-dev nlohmann-json3-dev libcli11-dev
apt  deps            libsndfile1-dev libsamplerate0-dev
dnf  deps            gcc-c++ fmt-devel doctest-devel eigen3-devel json-devel cli11-devel
dnf  deps            libsndfile-devel libsamplerate-devel
brew deps            fmt doctest eigen nlohmann-json cli11 libsndfile libsamplerate
apt  deps-check      clang libclang-rt-dev clang-format python3-numpy pkg-config cmake locales universal-ctags
apt  deps-check      bubblewrap libopenmpi-dev openmpi-bin iproute2
dnf  deps-check      clang compiler-rt clang-tools-extra python3-numpy pkgconf-pkg-config cmake
dnf  deps-check      libasan libubsan libtsan glibc-locale-source ctags bubblewrap openmpi-devel iproute-tc
brew deps-check      clang-format numpy pkgconf cmake universal-ctags open-mpi
apt  deps-notebooks  clang-tools-19 pandoc librsvg2-bin python3-nbformat chromium
apt  deps-notebooks  fonts-dejavu-core fonts-dejavu-extra nodejs
dnf  deps-notebooks  clang-tools-extra pandoc librsvg2-tools python3-nbformat chromium dejavu-sans-fonts
dnf  deps-notebooks  nodejs
brew deps-notebooks  llvm pandoc librsvg jupyterlab chromium font-dejavu node
apt  deps-book       emscripten chromium firefox-esr nodejs npm
dnf  deps-book       emscripten chromium firefox nodejs nodejs-npm
brew deps-book       emscripten chromium firefox@esr node
npm  deps-book       puppeteer-core@24.43.1
apt  deps-bench      python3-torch libopenblas0-pthread libbenchmark-dev emscripten nodejs npm
dnf  deps-bench      python3-torch google-benchmark-devel emscripten nodejs nodejs-npm
brew deps-bench      pytorch google-benchmark emscripten node
npm  deps-bench      @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
apt  deps-onnx       python3-onnx python3-numpy nodejs npm
dnf  deps-onnx       python3-onnx python3-numpy nodejs nodejs-npm
brew deps-onnx       onnx numpy node
npm  deps-onnx       onnxruntime-node@1.30.0
END
}

if [ "$1" = names ]; then
  names "$2" "$3"
  exit
fi
goal=$1 root=''
if [ "$(id -u)" != 0 ]; then
  root=sudo
  [ -t 2 ] || root='sudo -n' # without a terminal nobody can answer
fi
run() {
  echo "$*"
  "$@" </dev/null
}
update() { :; }
if command -v apt-get >/dev/null; then
  manager=apt install="$root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends"
  has() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }
  update() { run $root apt-get update; }
elif command -v dnf >/dev/null; then
  manager=dnf install="$root dnf install -y"
  has() { rpm -q "$1" >/dev/null; }
elif command -v brew >/dev/null; then
  manager=brew install='brew install'
  has() { brew list "$1" >/dev/null 2>&1; }
else
  echo "error: no apt-get, dnf or brew here; install what Debian calls: $(names apt "$goal")" >&2
  exit 1
fi

there() {
  has "$1" || { [ "$1" = npm ] && command -v npm >/dev/null; } # it comes with other makers' node, too
}
missing=() modules=() prefix=${BUILD:-build}/npm
for package in $(names $manager "$goal"); do there "$package" || missing+=("$package"); done
for module in $(names npm "$goal"); do # name@version
  grep -qs "\"version\": \"${module##*@}\"" "$prefix/node_modules/${module%@*}/package.json" ||
    modules+=("$module")
done
if ((${#missing[@]} + ${#modules[@]} == 0)); then echo "$goal: nothing to install"; fi
# A new machine has no lists of packages; old lists may name versions that are no longer there.
if ((${#missing[@]})); then
  if [ $manager = apt ] && ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then update; fi
  run $install "${missing[@]}" || { update && run $install "${missing[@]}"; } || exit
fi
if ((${#modules[@]})); then
  run npm install --prefix "$prefix" --save-exact --ignore-scripts --no-audit --no-fund "${modules[@]}"
fi
