# What the loop and the checker both read out of an exercise's files; sourced by them.
here=lessons/exercises home=$BUILD/exercises

# A line of the hints' head: title, kind, lesson, minutes, needs, why.
about() { sed -n "/^---/q; s/^$2: *//p" "$here/hints/$1.txt" 2>/dev/null; }

hint() { awk -v level="$2" '/^--- hint / { at = $3; next } at == level' "$here/hints/$1.txt" 2>/dev/null; }

# Prints which of these files are stubs.
stubs() { awk 'FNR == 1 { found = 0 } { sub("//.*", "") } /not_done_yet\(/ && !found++ { print FILENAME }' "$@" 2>/dev/null; }
is_stub() { stubs "$1" | grep -q ''; }
