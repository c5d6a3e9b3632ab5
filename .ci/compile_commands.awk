# Makes compile_commands.json from commands with `-c FILE` in them; leaves out all other lines.
function json(text) {
  gsub(/["\\]/, "\\\\&", text)
  return "\"" text "\""
}
/ -c / {
  file = $0
  sub(/.* -c /, "", file)
  sub(/ .*/, "", file)
  printf "%s{\"directory\": %s, \"file\": %s, \"command\": %s}", \
    entries++ ? ",\n" : "[", json(ENVIRON["PWD"]), json(file), json($0)
}
END { print "]" }
