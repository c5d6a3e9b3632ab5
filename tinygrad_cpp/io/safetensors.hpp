#pragma once
#include <map>
#include <string>

#include "tinygrad_cpp/nn/parameters.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// Writes named tensors and metadata to a file in the safetensors format, which other frameworks read too.
/// A checkpoint:
///   save(path, {{"model", parameters}, {"adam", adam.state()}},
///        {{"random", random_state()}, {"step", "12"}});
/// Writes a temporary file first and then renames it, so `path` always holds the complete old file or
/// the complete new one. Error if a name or the metadata is not UTF-8, a tensor is named __metadata__, or
/// writing fails.
void save(const std::string& path, const nn::Parameters& parameters,
          const std::map<std::string, std::string>& metadata = {});

/// Differences that load() accepts. To load the tensors that the file and the model share, allow both.
struct LoadOptions {
  bool allow_missing = false;     // a parameter that is not in the file keeps its values
  bool allow_unexpected = false;  // a tensor of the file that is not a parameter is ignored
};

/// Reads a safetensors file into tensors of the same names and shapes, in place, and returns its metadata.
/// Converts numbers of other types: F64, F32, F16, BF16, I8 to I64, U8 to U64, BOOL. Error if a name is
/// missing or unexpected, no name matches, a shape differs, the file is damaged, or a number does not fit
/// into Real (it would become infinite, or it is an integer that would be rounded). After an error nothing is
/// changed.
std::map<std::string, std::string> load(const std::string& path, const nn::Parameters& parameters,
                                        const LoadOptions& options = {});

/// The metadata of a safetensors file. Reads no tensors, so a program that saved its model's sizes there can
/// create the parameters first and then call load(). Error if the file is damaged.
std::map<std::string, std::string> load_metadata(const std::string& path);

}}  // namespace tg
