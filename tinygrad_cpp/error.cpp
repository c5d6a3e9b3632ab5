#include "tinygrad_cpp/error.hpp"

#include <fmt/format.h>

namespace tg {

void vfail(std::string_view op, fmt::string_view format, fmt::format_args args) {
  throw Error(fmt::format("[{}] {}", op, fmt::vformat(format, args)));
}

}  // namespace tg
