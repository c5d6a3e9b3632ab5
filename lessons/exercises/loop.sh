#!/usr/bin/env bash
# The learner's loop; `make exercise`, `watch`, `hint`, `progress`, `solution`, `reset` and `handout` come here, with what
# was given to make in N, LEVEL, FORCE, ANSWER and DIR. `loop.sh original NAME` prints the stub as it came.
# Reports of the judge, judge.cpp, say what is done; they and the rest of what is remembered lie in $BUILD/exercises.
set -u
# shellcheck source=lessons/exercises/files.sh
. lessons/exercises/files.sh
mkdir -p "$home/original" "$home/kept"

exercises=()
for file in "$here"/[0-9][0-9]_*.hpp; do
  file=${file##*/}
  exercises+=("${file%.hpp}")
done

bold='' green='' red='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi

refuse() {
  printf '%s\n' "$@" >&2
  exit 1
}

terminal=''
if [ -t 1 ]; then terminal=yes; fi

# Breaks long lines between words, on a terminal, to its width less $1. Of code that the compiler quotes it shows the part with
# the mark below, so that the mark stays where it belongs.
fit() {
  local width
  [ "$terminal" ] || { cat && return; }
  width=$({ stty size </dev/tty; } 2>/dev/null)
  width=${width#* }
  ((width > 20)) || width=80
  width=$((width - ${1:-0}))
  awk -v width="$width" '
    function part(line) { return substr(line, 1, margin) substr(line, margin + 1 + skipped, width - margin) }
    function flush() { if (code != "") print part(code); code = "" }
    /^ *[0-9]+ \| / { flush(); skipped = 0; margin = index($0, "| ") + 1; code = $0; next }
    /^ +\| / { if (code != "" && length($0) > width) skipped = length($0) - width + 9; flush(); print part($0); next }
    { flush(); print }
    END { flush() }' | fold -s -w "$width"
}

for name in "${exercises[@]}"; do
  [ -e "$home/original/$name.hpp" ] || ! is_stub "$here/$name.hpp" || cp "$here/$name.hpp" "$home/original"
done

# The stub as it came: the newest in git's history, so that committed answers do no harm; without git, a copy made early.
original() {
  local file=$here/$1.hpp commit text
  for commit in $(git log --format=%h -- "$file" 2>/dev/null); do
    text=$(git show "$commit:./$file" 2>/dev/null && echo .)
    if is_stub - <<<"$text"; then
      printf '%s' "${text%.}"
      return
    fi
  done
  cat "$home/original/$1.hpp" 2>/dev/null
}

# Sets `word` to the verdict on the file as it is now, from its last report; empty when there is none.
verdict() {
  local report=$home/$1.report
  word=''
  if [ -e "$report" ] && ! [ "$here/$1.hpp" -nt "$report" ]; then read -r word _ <"$report"; fi
}
is_done() {
  local word
  verdict "$1"
  [ "$word" = PASS ]
}

# Another loop may run beside this one; two makes at once would write the same files.
build() {
  local alone=()
  if command -v flock >/dev/null; then alone=(flock -o "$home/lock"); fi
  ${alone[@]+"${alone[@]}"} "$MAKE" -s "$@" || exit 1
}
judge() { build "${@/#/$home/}"; }

# The first that is not done after the exercise $1, around the end; nothing when all are.
next_after() {
  local name after='' found=''
  for name in "${exercises[@]}"; do
    if [ "$name" = "$1" ]; then
      after=yes
    elif ! is_done "$name"; then
      if [ "$after" ]; then
        echo "$name"
        return
      fi
      found=${found:-$name}
    fi
  done
  echo "$found"
}

# Sets `name`: the exercise N, else the one last worked at, else the first that is not done.
pick() {
  local wanted=${N:-$(cat "$home/current" 2>/dev/null)} each
  [ "$wanted" ] || wanted=$(next_after '')
  for each in "${exercises[@]}"; do
    case $each in
      "$wanted" | "0$wanted"_* | "$wanted"_*)
        name=$each
        echo "$name" >"$home/current"
        return
        ;;
    esac
  done
  [ "${N:-}" ] || { rm -f "$home/current" && name=${exercises[0]} && return; }
  refuse "There is no exercise N=$N. There are:" "${exercises[@]/#/  }"
}

number() { echo "${name%%_*}"; }

show() { # the exercise `name` and its last report
  local report=$home/$name.report next
  printf '%s\n' "$bold$(number)  $(about "$name" title)$plain   ($(about "$name" kind), about $(about "$name" minutes) minutes)" \
    "    edit   $here/$name.hpp" "    read   $(about "$name" lesson)" "    needs  $(about "$name" needs)" ''
  tell "$report" || return
  next=$(next_after "$name")
  echo "Compare with ours: make solution N=$(number)"
  if ! [ "$next" ]; then
    echo "That was the last: all ${#exercises[@]} are done."
  elif ! [ "${watching:-}" ]; then
    echo "Next: make exercise N=${next%%_*}"
  fi
}

tell() { # what a report says
  local report=$1 word counts
  read -r word _ <"$report"
  counts=$(sed -n 2p "$report")
  case $word in
    PASS)
      echo "${green}GREEN: $counts tests pass.$plain"
      tail -n +3 "$report" | head -40
      echo "Why it works:"
      about "$name" why | fit 2 | sed 's/^/  /'
      return
      ;;
    TODO) echo "${red}TO DO$plain" ;;
    COMPILE) echo "${red}RED: it does not compile.$plain The compiler says:" ;;
    REFUSED) echo "${red}RED: this cannot be taken as an answer.$plain" ;;
    *) echo "${red}RED: $counts tests pass.$plain" ;;
  esac
  echo
  tail -n +3 "$report" | head -40 | fit
  if [ "$(tail -n +3 "$report" | wc -l)" -gt 40 ]; then echo "(the rest is in $report)"; fi
  return 1
}

bar() {
  local name done_count=0 i text=''
  for name in "${exercises[@]}"; do if is_done "$name"; then ((done_count += 1)); fi; done
  for ((i = 0; i < 30; ++i)); do
    if ((i * ${#exercises[@]} < done_count * 30)); then text+='#'; else text+='-'; fi
  done
  echo "[$text] $done_count of ${#exercises[@]} done"
}

# The table of all; stubs are not compiled for it, answers are judged unless they have been.
progress() {
  local name word current='' stubs answers=() states=() hints=()
  stubs=$(stubs "$here"/[0-9][0-9]_*.hpp)
  for name in "${exercises[@]}"; do
    if [[ $stubs != *"$here/$name.hpp"* ]]; then answers+=("$name.report"); fi
  done
  if ((${#answers[@]})); then judge "${answers[@]}"; fi
  if [ -e "$home/current" ]; then read -r current <"$home/current"; fi
  for name in "${exercises[@]}"; do
    verdict "$name"
    case $word in PASS) word='  done' ;; '' | TODO) word='' ;; *) word='  red' ;; esac
    [ "$name" != "$current" ] || word+='  <- here'
    states+=("$name$word")
    if [ -e "$here/hints/$name.txt" ]; then hints+=("$here/hints/$name.txt"); fi
  done
  printf '%s\n' "${states[@]}" | awk '
    NR == FNR { names[++n] = $1; sub(/^[^ ]*/, ""); state[n] = $0; next }
    FNR == 1 { name = FILENAME; gsub(/.*\/|\.txt$/, "", name); head = 1 }
    /^---/ { head = 0 }
    head { key = $1; sub(/^[a-z]*: */, ""); fact[name, key] = $0 }
    END {
      for (i = 1; i <= n; ++i) {
        lesson = fact[names[i], "lesson:"]
        if (match(lesson, /[0-9]+/)) lesson = "lesson " substr(lesson, RSTART, RLENGTH)
        printf "%s  %-38s %-12s %s  %3s min%s\n", substr(names[i], 1, 2), fact[names[i], "title:"], fact[names[i], "kind:"], \
          lesson, fact[names[i], "minutes:"], state[i]
      }
    }' - ${hints[@]+"${hints[@]}"}
  echo
  bar
}

shown_level() { cat "$home/$name.hint" 2>/dev/null || echo 0; }
next_level() {
  local level
  level=$(($(shown_level) + 1))
  ((level <= 3)) || level=3
  echo "$level" >"$home/$name.hint"
}

# A hint; on a terminal, the lines of a paragraph are broken anew.
show_hint() {
  hint "$name" "$1" | sed '$ { /^$/d; }' | if [ "$terminal" ]; then
    awk '{ printf "%s%s", (NR == 1 ? "" : long && /^[^ ]/ ? " " : "\n"), $0; long = length($0) > 99 && !/[;:{}]$/ } END { print "" }'
  else cat; fi | fit
}

# Looks again whenever the file is saved. It never goes on by itself.
watch() {
  local key='' seen='' list='' watching=yes
  trap 'printf "\e[?25h\n"' EXIT
  trap 'exit 130' INT TERM
  while :; do
    if [ "$key" ] || [ "$seen" != "$name" ] || [ "$here/$name.hpp" -nt "$home/$name.report" ] ||
      [ "tests/exercises/${name}_test.cpp" -nt "$home/$name.report" ]; then
      if [ "$seen" != "$name" ]; then
        printf '\e[H\e[2J\e[3J'
      elif ! [ "$key" ]; then
        list=''
        printf '\r\e[KSaved; looking again ..'
      fi
      judge "$name.report"
      seen=$name
      printf '\e[?25l\e[H\e[2J\e[3J'
      keys
    fi
    key=''
    read -rsn1 -t 1 key
    case $key in
      q) exit 0 ;;
      n) if is_done "$name" && [ "$(next_after "$name")" ]; then N=$(next_after "$name") && list='' && pick; else key=''; fi ;;
      h) if ! is_done "$name" && (($(shown_level) < 3)); then next_level; else key=''; fi ;;
      l) if [ "$list" ]; then list=''; else list=yes; fi ;;
      *) key='' ;;
    esac
  done
}

# What watch shows, and the keys that do something now.
keys() {
  local level offer='l: list   q: quit'
  if [ "$list" ]; then
    progress
    offer='l: back   q: quit'
  elif show; then
    echo
    bar
    if [ "$(next_after "$name")" ]; then offer="n: next   $offer"; fi
  else
    for ((level = 1; level <= $(shown_level); ++level)); do
      printf '\n%s\n' "${bold}Hint $level$plain"
      show_hint "$level"
    done
    echo
    bar
    if (($(shown_level) < 3)); then offer="h: hint   $offer"; fi
    offer+='   (save the file: it looks again)'
  fi
  printf '\n%s' "$offer"
}

case $1 in
  original) original "$2" ;;
  exercise)
    pick
    if [ "${ANSWER:-}" ]; then # a file elsewhere, as notebooks write it
      build exercise-kit >/dev/null && "$home/exercises" judge "$name" "$ANSWER" "${ANSWER%.hpp}.report" || exit 1
      tell "${ANSWER%.hpp}.report"
      exit 0
    fi
    judge "$name.report"
    show && exit 0
    printf '\n%s\n' "Edit the file, then: make exercise N=$(number)      Stuck? make hint N=$(number)"
    exit 1
    ;;
  watch)
    pick
    if [ -t 0 ] && [ -t 1 ] && [ "${TERM:-dumb}" != dumb ]; then watch; fi
    judge "$name.report"
    show
    status=$?
    printf '\n%s\n%s\n' "$(bar)" 'This is no terminal, so this was one look. In a terminal, watch looks again whenever you save.'
    exit $status
    ;;
  hint)
    pick
    if [ "${LEVEL:-}" ]; then
      case $LEVEL in [123]) echo "$LEVEL" >"$home/$name.hint" ;; *) refuse "LEVEL is $LEVEL; 1, 2 or 3 is needed." ;; esac
    else
      next_level
    fi
    level=$(shown_level)
    printf '%s\n\n' "$bold$(number)  $(about "$name" title)$plain   hint $level of 3"
    show_hint "$level"
    echo
    if ((level < 3)); then echo "One more: make hint N=$(number)"; else echo "That was the last. Begin with hint 1: make hint N=$(number) LEVEL=1"; fi
    ;;
  progress)
    progress
    next=$(next_after '')
    if [ "$next" ]; then echo "Next: make exercise N=${next%%_*}"; else echo "All ${#exercises[@]} are done. Now add a layer of your own: README.md, How to contribute."; fi
    ;;
  solution)
    pick
    file=$here/solutions/$name.hpp
    [ -e "$file" ] || refuse "There are no solutions in this copy."
    if [ -z "${FORCE:-}" ]; then
      judge "$name.report"
      is_done "$name" || refuse "Yours is not green yet, and finding it yourself is worth more." \
        "One step at a time: make hint N=$(number)      Show it all the same: make solution N=$(number) FORCE=1"
    fi
    echo "// $file"
    cat "$file"
    ;;
  reset)
    pick
    stub=$home/stub.$$
    original "$name" >"$stub"
    [ -s "$stub" ] || refuse "The stub of $name is neither in git nor under $home; take it from a fresh copy of the project."
    if cmp -s "$stub" "$here/$name.hpp"; then
      echo "$here/$name.hpp is as it came; nothing to do."
    else
      kept=$home/kept/$name.$(date +%Y-%m-%d_%H%M%S).hpp
      [ ! -e "$here/$name.hpp" ] || cp "$here/$name.hpp" "$kept" || exit 1
      cp "$stub" "$here/$name.hpp"
      printf '%s\n' "$here/$name.hpp is as it came." "What you wrote is kept; to have it back: cp $kept $here/$name.hpp"
    fi
    rm -f "$stub" "$home/$name.hint"
    ;;
  handout)
    [ "${DIR:-}" ] || refuse "Where to? make handout DIR=path"
    if [ -e "$DIR" ]; then refuse "$DIR is there already; a new directory is needed."; fi
    mkdir -p "$DIR" || exit 1
    tar -cf - --exclude='*.o' Makefile README.md LICENSE .ci .clang-format .gitignore tinygrad_cpp lessons tests | tar -xf - -C "$DIR" || exit 1
    rm -rf "${DIR:?}/$here/solutions" "$DIR"/tests/exercises/{wrong,right,cheats}
    for name in "${exercises[@]}"; do original "$name" >"$DIR/$here/$name.hpp"; done
    echo "$DIR: the project with ${#exercises[@]} exercises and without their solutions."
    ;;
esac
