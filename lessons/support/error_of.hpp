// What the engine says to a mistake that a lesson makes on purpose.
#pragma once
#include <string>

#include "tinygrad_cpp/error.hpp"

namespace lesson {

inline const std::string no_error = "(no error)";

/// The text of the Error in which the call ends, or no_error.
///   lesson::say("{}", lesson::error_of([&] { tg::mse_loss(column, row); }));
template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const tg::Error& error) {
    return error.what();
  }
  return no_error;
}

}  // namespace lesson
