#include "tinygrad_cpp/io/safetensors.hpp"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"

// The format: 8 bytes with the header's length (little-endian), the header in JSON, then the numbers of all tensors without gaps.
// header: {"__metadata__": {..}, name: {"dtype": "F32", "shape": [..], "data_offsets": [begin, end]}, ..}

namespace tg::inline TG_REAL_NAMESPACE {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* metadata_name = "__metadata__";
constexpr std::uint64_t longest_header = 100'000'000;
const char* const dtype = sizeof(Real) == 4 ? "F32" : "F64";

std::string_view bytes_of(const Tensor& tensor) {
  return {reinterpret_cast<const char*>(tensor.array().data()),
          static_cast<std::size_t>(tensor.size()) * sizeof(Real)};
}

/// What the header says of one tensor, checked against nothing yet but its own form.
struct Stored {
  std::string type;
  std::vector<std::int64_t> shape;
  std::uint64_t begin, end;
};

/// A file taken apart. Nothing in it is believed: every number is checked before it is used.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path), bytes_(read_whole("load", path)) {
    std::uint64_t length = 0;
    if (bytes_.size() < sizeof length) damaged("{} bytes; at least 8 are needed", bytes_.size());
    std::memcpy(&length, bytes_.data(), sizeof length);
    if (length > longest_header || length > bytes_.size() - sizeof length)
      damaged("its header claims {} bytes, {} follow", length, bytes_.size() - sizeof length);
    data_ = std::string_view(bytes_).substr(sizeof length + length);
    read_header(std::string_view(bytes_).substr(sizeof length, length));
    check_layout();
  }

  const std::map<std::string, Stored>& tensors() const { return tensors_; }
  const std::map<std::string, std::string>& about() const { return about_; }
  const char* data(const Stored& stored) const { return data_.data() + stored.begin; }

  template <class... Args>
  [[noreturn]] void damaged(fmt::format_string<const Args&...> format, const Args&... args) const {
    fail("load", "{} is not a whole safetensors file: {}", path_,
         fmt::vformat(format, fmt::make_format_args(args...)));
  }

 private:
  void read_header(std::string_view text) {
    std::set<std::string> names;
    const auto no_name_twice = [&](int depth, Json::parse_event_t event, const Json& parsed) {
      if (event == Json::parse_event_t::key && depth == 1 && !names.insert(parsed.get<std::string>()).second)
        damaged("its header names {} twice", parsed.get<std::string>());
      return true;
    };
    try {
      const Json header = Json::parse(text, no_name_twice);
      if (!header.is_object()) damaged("its header is no JSON object");
      for (const auto& [name, entry] : header.items())
        if (name == metadata_name)
          about_ = entry.get<std::map<std::string, std::string>>();
        else
          tensors_.emplace(name, stored(name, entry));
    } catch (const Json::exception& error) {
      damaged("its header cannot be read: {}", error.what());
    }
  }

  Stored stored(const std::string& name, const Json& entry) const {
    const auto count = [&](const Json& number) {
      if (!number.is_number_unsigned()) damaged("{}: {} stands where a count is needed", name, number.dump());
      return number.get<std::uint64_t>();
    };
    const Json &shape = entry.at("shape"), &offsets = entry.at("data_offsets");
    if (!shape.is_array() || !offsets.is_array() || offsets.size() != 2)
      damaged("{}: a list of sizes and two offsets are needed", name);
    Stored result{entry.at("dtype").get<std::string>(), {}, count(offsets[0]), count(offsets[1])};
    for (const Json& size : shape) result.shape.push_back(static_cast<std::int64_t>(count(size)));
    return result;
  }

  /// The tensors must fill the data one after the other, without gaps or overlaps.
  void check_layout() const {
    std::vector<std::pair<std::uint64_t, const std::pair<const std::string, Stored>*>> by_place;
    for (const auto& entry : tensors_) by_place.emplace_back(entry.second.begin, &entry);
    std::sort(by_place.begin(), by_place.end(), [](const auto& a, const auto& b) {
      return std::pair(a.first, a.second->second.end) < std::pair(b.first, b.second->second.end);
    });
    std::uint64_t reached = 0;
    for (const auto& [begin, entry] : by_place) {
      const auto& [name, stored] = *entry;
      if (begin != reached || stored.end < begin || stored.end > data_.size())
        damaged("{} lies at bytes {} to {}; {} is where it must begin, and {} bytes there are", name, begin,
                stored.end, reached, data_.size());
      reached = stored.end;
    }
    if (reached != data_.size())
      damaged("{} bytes of data, of which the header describes {}", data_.size(), reached);
  }

  const std::string& path_;
  std::string bytes_;
  std::string_view data_;
  std::map<std::string, Stored> tensors_;
  std::map<std::string, std::string> about_;
};

}  // namespace

void save(const std::string& path, const nn::Parameters& parameters,
          const std::map<std::string, std::string>& about) {
  Json header = Json::object();
  if (!about.empty()) header[metadata_name] = about;
  std::vector<std::string_view> parts(2);  // the header's length and the header, once they are known
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : parameters) {
    if (name == metadata_name)
      fail("save", "a tensor is named {}, which the format keeps for itself", metadata_name);
    const std::string_view bytes = bytes_of(tensor);
    header[name] = {{"dtype", dtype},
                    {"shape", std::vector<int>(tensor.shape().begin(), tensor.shape().end())},
                    {"data_offsets", {offset, offset + bytes.size()}}};
    offset += bytes.size();
    parts.push_back(bytes);
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const Json::exception& error) {
    fail("save", "a name or a line about the tensors is not UTF-8: {}", error.what());
  }
  text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the numbers stand aligned
  const std::uint64_t length = text.size();
  parts[0] = {reinterpret_cast<const char*>(&length), sizeof length};
  parts[1] = text;
  write_whole("save", path, parts);
}

std::map<std::string, std::string> load(const std::string& path, const nn::Parameters& parameters) {
  const Reader file(path);
  std::string missing, different, unexpected;
  std::set<std::string> wanted;
  for (const auto& [name, tensor] : parameters) {
    wanted.insert(name);
    if (!tensor.is_leaf())
      fail("load", "\"{}\" was made by an operation; only a leaf can be overwritten", name);
    const auto found = file.tensors().find(name);
    if (found == file.tensors().end()) {
      missing += " " + name;
      continue;
    }
    const Stored& stored = found->second;
    const bool same_shape =
        std::equal(stored.shape.begin(), stored.shape.end(), tensor.shape().begin(), tensor.shape().end());
    if (stored.type != dtype || !same_shape)
      different += fmt::format(" {} ({} {} in the file, {} {} needed)", name, stored.type,
                               Json(stored.shape).dump(), dtype, tensor.shape());
    else if (stored.end - stored.begin != bytes_of(tensor).size())
      file.damaged("{} has {} bytes for {} numbers", name, stored.end - stored.begin, tensor.size());
  }
  for (const auto& [name, stored] : file.tensors())
    if (!wanted.contains(name)) unexpected += " " + name;
  if (!missing.empty() || !different.empty() || !unexpected.empty())
    fail("load", "{} does not hold what is needed.{}{}{}", path,
         missing.empty() ? "" : " Missing:" + missing + ".",
         unexpected.empty() ? "" : " Unexpected:" + unexpected + ".",
         different.empty() ? "" : " Different:" + different + ".");
  for (const auto& [name, tensor] : parameters) {
    const Stored& stored = file.tensors().at(name);
    if (stored.end > stored.begin)
      std::memcpy(tensor.overwrite().data(), file.data(stored), stored.end - stored.begin);
  }
  return file.about();
}

std::map<std::string, std::string> load_about(const std::string& path) { return Reader(path).about(); }

}  // namespace tg::inline TG_REAL_NAMESPACE
