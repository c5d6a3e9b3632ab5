# Which files of lessons/support a lesson or program needs: those beside the headers that it includes, and so
# on.
#   awk -f support_of.awk PROGRAM... SOURCE...    of lessons/*.cpp, lessons/programs and lessons/support
# The main of lessons comes with them alone; programs have their own.
# Prints words such as 01_autodiff:support/claim. A file without a header of its own goes with any of its
# directory.
/^#include "support\// { split($2, part, "\""); includes[FILENAME] = includes[FILENAME] " lessons/" part[2] }

function directory(file) { sub("/[^/]*$", "", file); return file }

function take(file, own, i, list, count) {
  if (file in taken) return
  taken[file]
  if (!(directory(file) in alone_taken)) {
    alone_taken[directory(file)]
    count = split(alone[directory(file)], list)
    for (i = 1; i <= count; i++) take(list[i])
  }
  own = file
  if (sub(/hpp$/, "cpp", own) && own in sources) take(own)
  count = split(includes[file], list)
  for (i = 1; i <= count; i++) take(list[i])
}

END {
  entry = "lessons/support/main.cpp"
  for (i = 1; i < ARGC; i++) sources[ARGV[i]]
  for (i = 1; i < ARGC; i++) {
    own = ARGV[i]
    if (own ~ "/support/.*cpp$" && own != entry && sub(/cpp$/, "hpp", own) && !(own in sources))
      alone[directory(own)] = alone[directory(own)] " " ARGV[i]
  }
  for (i = 1; i < ARGC; i++) {
    if (ARGV[i] ~ "/support/") continue
    split("", taken)
    split("", alone_taken)
    take(ARGV[i])
    if (ARGV[i] !~ "/programs/") take(entry)
    program = substr(ARGV[i], 9, length(ARGV[i]) - 12)
    for (file in taken) if (file ~ "/support/.*cpp$") print program ":" substr(file, 9, length(file) - 12)
  }
}
