// What the fuzz targets share. Each NAME_fuzz.cpp defines `target` and becomes a program of its own, with fuzz.cpp and libFuzzer,
// which runs it on bytes that it changes again and again. `make fuzz` builds and runs them all.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tinygrad_cpp/error.hpp"

struct Target {
  /// Reads the bytes as a program would. It may throw tg::Error with a short text that is safe to print;
  /// anything else that it throws, and whatever the sanitizers see, is a fault.
  void (*run)(std::string_view bytes);
  /// Where the changes begin: small inputs that use what the target knows.
  std::vector<std::string> seeds;
  /// Keeps what every input needs to be read at all, after each change; at most `most` bytes.
  void (*repair)(std::string& bytes, std::size_t most) = nullptr;
};
extern const Target target;

/// Ends the program unless the text is an Error's: `[op] words`, and a message.
void require_error(std::string_view text);

/// Whether the call ended without a tg::Error. What the Error says is checked.
template <class Call>
bool succeeds(Call call) {
  try {
    call();
    return true;
  } catch (const tg::Error& error) {
    require_error(error.what());
    return false;
  }
}

/// Ends the program with these words unless the condition holds: a fault.
void require(bool condition, std::string_view what);

/// Ends the program unless the text may stand in a message: UTF-8 without control characters but \n, under 4 kB.
void require_message(std::string_view text);

/// The path of a file in memory that holds these bytes until the next call.
std::string file_of(std::string_view bytes);

/// Takes the beginning of the bytes away and gives it back: up to a separator, which goes too, or the end.
std::string_view take_until(std::string_view& bytes, char separator);

/// Takes one byte away, as a number; 0 where there is none.
int take_byte(std::string_view& bytes);
