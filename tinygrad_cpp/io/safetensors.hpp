#pragma once
#include <map>
#include <string>

#include "tinygrad_cpp/nn/parameters.hpp"

namespace tg::inline TG_REAL_NAMESPACE {

/// Writes named tensors and a few lines about them in the safetensors format, which other frameworks read too. A checkpoint is
///   save(path, {{"model", parameters}, {"adam", adam.state()}}, {{"random", random_state()}, {"step", "12"}});
/// The file is written beside the old one and then renamed: whatever happens, `path` holds one of the two whole.
void save(const std::string& path, const nn::Parameters& parameters,
          const std::map<std::string, std::string>& about = {});

/// Reads such a file into tensors of the same names and shapes, in place, and gives back what was written about them. Error,
/// with nothing changed, when a name is missing, unexpected or of another shape, the numbers are not of type Real (F32, or
/// F64 in the double build), or the file is damaged.
std::map<std::string, std::string> load(const std::string& path, const nn::Parameters& parameters);

/// What was written about the tensors of such a file, without them: enough to make parameters of the right shapes. Error when
/// the file is damaged.
std::map<std::string, std::string> load_about(const std::string& path);

}  // namespace tg::inline TG_REAL_NAMESPACE
