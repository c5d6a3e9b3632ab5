#!/usr/bin/env bash
# make.sh DIRECTORY NOTEBOOK...: makes the book, a page for each notebook. pandoc knows notebooks; the filters
# beside the template do what it does not.
set -u
here=notebooks_export/book
to=$1
shift

fail() {
  echo "error: $1" >&2
  exit 1
}
command -v pandoc >/dev/null || fail 'there is no pandoc here to make the book; fix: make deps-notebooks'
(($#)) || fail 'there is no notebook in notebooks_export; fix: make notebooks'

page() { # notebook
  local page=$to/${1##*/} number=${1##*/} knobs=
  page=${page%.ipynb}.html number=${number%%_*}
  echo "page $page"
  # A lesson that runs in its page: the knobs are an attribute there.
  [[ $page = *_exercises.html || ! -s $to/knobs.tsv ]] ||
    knobs=$(sed -n "s/^$number\t//; T; s/&/\&amp;/g; s/\"/\&quot;/gp" "$to/knobs.tsv")
  pandoc "$1" -f ipynb+markdown_in_html_blocks --ipynb-output=all --toc -L $here/page.lua \
    -M contents="$to/contents.json" --template $here/page.html --mathml ${knobs:+-V live="$number" -V knobs="$knobs"} \
    -o "$page" || exit 255 # ends xargs
}

source_page() { # notebook: its lesson, each line an anchor
  local name=${1##*/}
  name=${name%.ipynb}
  [ -e "lessons/$name.cpp" ] || return 0
  {
    printf '`lessons/%s.cpp`\n\n~~~~~~~~ {#line .cpp .numberLines .lineAnchors}\n' "$name"
    cat "lessons/$name.cpp" && echo '~~~~~~~~'
  } |
    pandoc -f markdown --template $here/page.html -M title="Source of lesson $((10#${name:0:2}))" \
      -M description="The file lessons/$name.cpp with numbered lines" -o "$to/${name}_source.html" || exit 255
}
export -f page source_page
export here to

mkdir -p "$to/figures" "$to/files"
cp "$@" lessons/exercises/[0-9]*.hpp "$to/files"
cp $here/*.css $here/*.js "$to"
cp $here/figures/*.js $here/figures/*.css "$to/figures"
# The list of lessons comes first: each page asks it for its neighbours. The index comes last: for make it is
# the whole book.
pandoc $here/front.md -L $here/contents.lua -M notebooks="$*" -t json -o "$to/contents.json" &&
  printf '%s\n' "$@" | xargs -n 1 -P "$(getconf _NPROCESSORS_ONLN)" bash -c 'page "$1" && source_page "$1"' page &&
  pandoc $here/glossary.md -L $here/glossary.lua --toc --template $here/page.html -o "$to/glossary.html" &&
  for name in syllabus migration; do
    pandoc $here/$name.md -L $here/syllabus.lua -M contents="$to/contents.json" \
      -M hints="$(echo lessons/exercises/hints/*.txt)" --toc --template $here/page.html -o "$to/$name.html" || exit
  done &&
  { echo 'const search_index = [' && cat "$to"/*.sections && echo '];'; } > "$to/search_index.js" &&
  rm "$to"/*.sections &&
  pandoc "$to/contents.json" --template $here/page.html --mathml -o "$to/index.html"
