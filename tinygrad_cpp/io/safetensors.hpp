#pragma once
#include <map>
#include <string>

#include "tinygrad_cpp/nn/parameters.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// Writes named tensors and a few lines about them in the safetensors format, which other frameworks read too. A checkpoint is
///   save(path, {{"model", parameters}, {"adam", adam.state()}}, {{"random", random_state()}, {"step", "12"}});
/// The file is written beside the old one and then renamed: whatever happens, `path` holds one of the two whole.
void save(const std::string& path, const nn::Parameters& parameters,
          const std::map<std::string, std::string>& metadata = {});

/// What load() lets pass: to take over a part of a model, allow both.
struct LoadOptions {
  bool allow_missing = false;     // a parameter that the file does not have keeps its values
  bool allow_unexpected = false;  // a tensor of the file that is no parameter is left out
};

/// Reads such a file into tensors of the same names and shapes, in place, and gives back what was written
/// about them. Numbers of other types are converted: F64, F32, F16, BF16, I8 to I64, U8 to U64, BOOL. Error,
/// with nothing changed, when a name is missing or unexpected, a shape differs, Real cannot hold a number (it
/// would become infinite, or be a whole number and rounded), the file is damaged, or no name at all fits.
std::map<std::string, std::string> load(const std::string& path, const nn::Parameters& parameters,
                                        const LoadOptions& options = {});

/// What was written about the tensors of such a file, without them: enough to make parameters of the right shapes. Error when
/// the file is damaged.
std::map<std::string, std::string> load_metadata(const std::string& path);

}}  // namespace tg
