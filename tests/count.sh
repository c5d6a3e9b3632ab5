# Adds up what tests counted, for the scripts that source this file.
passed=0 failed=0

# Prints how many tests of a command passed and failed. The last count in its output holds, ours or doctest's.
# A command that failed without a failed test is one failure; one that counts nothing is one test.
counts() { # exit status, file with the output
  awk -v status="$1" '
    /^\[doctest\] test cases:/ { counted = 1; passed = $6; failed = $9 }
    /^[0-9]+ passed, [0-9]+ failed$/ { counted = 1; passed = $1; failed = $3 }
    END {
      if (status + 0 && !failed) failed = 1
      if (!counted && !failed) passed = 1
      print passed + 0, failed + 0
    }' "$2"
}

# Adds them to the sum.
add_up() { # exit status, file
  local p f
  read -r p f <<<"$(counts "$@")"
  ((passed += p, failed += f))
}

# The last line of a test run, and whether all is well.
verdict() {
  echo "$passed passed, $failed failed"
  ((failed == 0 && passed > 0))
}
