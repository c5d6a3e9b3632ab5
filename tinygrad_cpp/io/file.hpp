#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tg {

/// Puts a file at `path` whole or not at all: the parts are written to a new file beside it, which then takes its name.
/// Error naming `op` when anything fails (no space, no permission); the new file is gone then, and the old one untouched.
void write_whole(const char* op, const std::string& path, const std::vector<std::string_view>& parts);

/// A file's bytes. Error naming `op` when it cannot be read.
std::string read_whole(const char* op, const std::string& path);

}  // namespace tg
