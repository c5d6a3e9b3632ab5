// What a compiler says, for a learner: their own first error.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace judge {

/// The first error in `answer`, or the first whose instantiations begin there: what is wrong, where, three
/// lines of `source` with a mark, and, where beginner_errors.hpp knows it, what to do. Where the answer has
/// no error, the first error there is, shown as the compiler shows it. At most about 10 lines. Reads what g++
/// and clang++ print in the C locale.
std::string first_error(const std::string& text, const std::string& answer, const std::string& source);

/// The first warning in `answer`, shown in the same way, or nothing. What does no harm comes
/// last.
std::string first_warning(const std::string& text, const std::string& answer, const std::string& source);

/// The folders that `c++ -v` says it looks for <...> in.
std::vector<std::string> system_folders(std::string_view text);

}  // namespace judge
