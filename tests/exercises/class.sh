#!/usr/bin/env bash
# Grades a class of 21 folders, twice: right answers, wrong ones, and all that an answer may try or lack.
set -u
. tests/count.sh
if ! [ -d lessons/exercises/solutions ]; then
  echo 'This copy has no solutions to grade; leave it out: make check SKIP="check-exercises check-grade"' >&2
  exit 1
fi
work=$BUILD/exercises/class class=$BUILD/exercises/class/class
rm -rf "$work"
mkdir -p "$class"
trap 'rm -rf "$class"' EXIT
grade() { DIR=$class N="3 9" POINTS="9=2" REPORT=$1 "$BUILD/exercises/exercises" grade >"$work/log" 2>&1; }
holds() { # what, condition as a command
  if "${@:2}"; then
    ((passed += 1))
  else
    ((failed += 1))
    echo "FAIL  $1"
  fi
}

# A comment that is new each time, so that the first call has no verdict on any answer.
run=$(date +%s%N)
hand_in() { # student, exercise; the text from stdin
  mkdir -p "$class/$1"
  { cat && echo "// $run"; } >"$class/$1/$2.hpp"
}
solution() { cat "lessons/exercises/solutions/$1.hpp"; }
sgd_step() { # statements that stand in the function
  printf '#pragma once\n#include <algorithm>\n#include <vector>\n\n#include "tinygrad_cpp/tinygrad.hpp"\n\nnamespace exercise {\n'
  printf 'inline void sgd_step(const tg::nn::Parameters& parameters, double lr) {\n%s\n}\n}  // namespace exercise\n' "$1"
}

for student in anna "quin o'neil" René; do
  for name in 03_sgd_step 09_prelu; do solution "$name" | hand_in "$student" "$name"; done
done
solution 03_sgd_step | sed 's/parameter - lr/parameter + lr/' | hand_in ben 03_sgd_step
hand_in cleo 03_sgd_step <tests/exercises/cheats/03_sgd_step/opened.hpp
sgd_step 'for (;;) lr += 1;' | hand_in dan 03_sgd_step
sgd_step 'const double* nowhere = nullptr; lr = *nowhere;' | hand_in eve 03_sgd_step
sgd_step 'for (;;) new char[100000000];' | hand_in fay 03_sgd_step
{ echo '#include <sys/socket.h>' && solution 03_sgd_step; } | hand_in gus 03_sgd_step
sgd_step 'std::FILE* file = std::fopen("/tmp/owned", "w");' | hand_in hal 03_sgd_step
mkdir "$class/ida"
sgd_step 'lr = ;' | hand_in jon 03_sgd_step
mkdir "$class/kim"
ln -s "$PWD/lessons/exercises/solutions/03_sgd_step.hpp" "$class/kim/03_sgd_step.hpp"
sgd_step 'exercise::not_done_yet("sgd_step", "lesson 1");' | sed '2i #include "exercises/not_done_yet.hpp"' | hand_in leo 03_sgd_step
echo '#include "lessons/exercises/solutions/03_sgd_step.hpp"' | hand_in mia 03_sgd_step
sgd_step 'for (;;) fmt::print("{}\n", lr);' | hand_in ned 03_sgd_step
solution 03_sgd_step | hand_in oda/lessons/exercises 03_sgd_step
mkdir -p "$class/pam/03_sgd_step.hpp"
sgd_step 'std::exit(0);' | hand_in sam 03_sgd_step
sgd_step 'sgd_step(parameters, lr + 1);' | hand_in tom 03_sgd_step
hand_in zoe 03_sgd_step <lessons/exercises/solutions/09_prelu.hpp

holds 'the class is graded' grade "$work/r.csv"
cat "$work/log"
tr -d '\r' <"$work/r.csv" >"$work/got"
cat >"$work/needed" <<'END'
student,points,of,03_sgd_step,09_prelu
René,3,3,PASS,PASS
anna,3,3,PASS,PASS
ben,0,3,RED,MISSING
cleo,0,3,REFUSED,MISSING
dan,0,3,TIME,MISSING
eve,0,3,CRASH,MISSING
fay,0,3,RED,MISSING
gus,0,3,REFUSED,MISSING
hal,0,3,REFUSED,MISSING
ida,0,3,MISSING,MISSING
jon,0,3,COMPILE,MISSING
kim,0,3,REFUSED,MISSING
leo,0,3,TODO,MISSING
mia,0,3,REFUSED,MISSING
ned,0,3,TIME,MISSING
oda,1,3,PASS,MISSING
pam,0,3,REFUSED,MISSING
quin o'neil,3,3,PASS,PASS
sam,0,3,CRASH,MISSING
tom,0,3,CRASH,MISSING
zoe,0,3,COMPILE,MISSING
END
holds 'every folder is in the report, with its verdicts and points' diff "$work/needed" "$work/got"
holds 'equal answers are judged once' grep -q 'folders: 21, answers: 21; 16 judged now' "$work/log"
holds 'a second call judges none again' grade "$work/r.json"
holds 'and says so' grep -q 'answers: 21; 0 judged now' "$work/log"
holds 'nothing was written' test ! -e /tmp/owned
mv "$class/quin o'neil" "$class/quin"
echo '// another text' >>"$class/quin/09_prelu.hpp"
holds 'a changed answer is judged again' grade "$work/r.xml"
holds 'that one alone' grep -q ' 1 judged now' "$work/log"

refuses() { # text of the error, then the variables
  local text=$1 status
  env "${@:2}" "$BUILD/exercises/exercises" grade >"$work/log" 2>&1
  status=$?
  ((status != 0)) && grep -qF -- "$text" "$work/log" && ! grep -q sandbox "$work/log"
}
holds 'an unknown exercise' refuses 'N names the exercise 99' DIR="$class" N=99
holds 'no folder' refuses 'there is no folder' DIR="$class/none"
holds 'an unknown suffix' refuses 'ends in .json, .csv or .xml' DIR="$class" REPORT=r.txt
holds 'a report that cannot be written' refuses 'cannot be written' DIR="$class" REPORT="$work/none/r.csv"
holds 'an empty folder' refuses 'has no folders' DIR="$class/ida"
verdict
