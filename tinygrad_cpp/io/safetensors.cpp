#include "tinygrad_cpp/io/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <nlohmann/json.hpp>
#include <set>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/io/stored_type.hpp"
#include "tinygrad_cpp/utf8.hpp"

// The format: 8 bytes with the header's length (little-endian), the header in JSON, and the numbers of all
// tensors without gaps.
//   header: {"__metadata__": {..}, name: {"dtype": "F32", "shape": [..], "data_offsets": [begin, end]}, ..}

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* metadata_key = "__metadata__";
constexpr std::uint64_t max_header_bytes = 100'000'000;

std::string_view bytes_of(const Tensor& tensor) {
  return {reinterpret_cast<const char*>(tensor.array().data()),
          static_cast<std::size_t>(tensor.size()) * sizeof(Real)};
}

/// A tensor's entry in the header. Its syntax has been checked, its values have not.
struct StoredTensor {
  std::string type;
  std::vector<std::int64_t> shape;
  std::uint64_t begin, end;
};

/// Parses a file. It may be damaged or hostile, so every number in it is checked before use.
class Reader {
 public:
  explicit Reader(const std::string& path) : file_("load", path), name_(shown_path(path)) {
    std::uint64_t length = 0;
    if (file_.size() < sizeof length) fail_damaged("{} bytes; at least 8 are needed", file_.size());
    std::memcpy(&length, read(0, sizeof length).data(), sizeof length);
    data_offset_ = sizeof length + length;
    if (length > max_header_bytes || length > file_.size() - sizeof length)
      fail_damaged("its header claims {} bytes, {} follow{}", length, file_.size() - sizeof length,
                   format_hint());
    read_header(read(sizeof length, length));
    check_layout();
  }

  const std::string& name() const { return name_; }
  const std::map<std::string, StoredTensor>& tensors() const { return tensors_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

  /// Reads a tensor of `count` numbers.
  std::vector<Real> numbers(const std::string& name, const StoredTensor& stored, std::int64_t count) const {
    const StoredType* type = stored_type(stored.type);
    if (!type)
      fail("load", "{}: {} is of type {}; floating point of 16 to 64 bits, integers and BOOL can be loaded",
           name_, shown(name), shown(stored.type));
    std::vector<Real> numbers(static_cast<std::size_t>(count));
    if (stored.end - stored.begin != numbers.size() * type->size)
      fail_damaged("{} has {} bytes for {} numbers", shown(name), stored.end - stored.begin, count);
    const std::string bytes = read(data_offset_ + stored.begin, stored.end - stored.begin);
    if (const auto lost = type->to_real(bytes.data(), numbers))
      fail("load", "{}: {} holds {} ({}), which {} cannot hold{}", name_, shown(name), *lost, type->name,
           type_of_real().name, sizeof(Real) == 4 ? ". The double build might" : "");
    return numbers;
  }

 private:
  template <class... Args>
  [[noreturn]] void fail_damaged(fmt::format_string<const Args&...> format, const Args&... args) const {
    fail("load", "{} is not a valid safetensors file: {}", name_,
         fmt::vformat(format, fmt::make_format_args(args...)));
  }

  std::string read(std::uint64_t offset, std::uint64_t count) const {
    std::string bytes = file_.read(offset, count);
    if (bytes.size() != count) fail_damaged("it became shorter while it was read");
    return bytes;
  }

  /// A hint for the message if the header does not begin like JSON. The file may be a web page or a PyTorch
  /// file.
  std::string format_hint() const {
    const std::string begin = read(0, std::min<std::uint64_t>(file_.size(), 12));
    if (begin.size() < 9 || begin[8] == '{') return "";
    return fmt::format("; it begins with \"{}\", like a file of another format", shown(begin));
  }

  void read_header(std::string_view text) {
    std::set<std::string> names;
    const auto check = [&](int depth, Json::parse_event_t event, const Json& parsed) {
      using Event = Json::parse_event_t;
      if (event == Event::key && depth == 1 && !names.insert(parsed.get<std::string>()).second)
        fail_damaged("its header names {} twice", shown(parsed.get<std::string>()));
      // A valid header has three levels: header, tensor, shape. Copying and printing JSON is recursive, so
      // more levels could overflow the stack.
      if ((event == Event::object_start || event == Event::array_start) && depth > 2)
        fail_damaged("its header is nested too deeply: more than 3 levels");
      return true;
    };
    try {
      const Json header = Json::parse(text, check);
      if (!header.is_object()) fail_damaged("its header is not a JSON object");
      for (const auto& [name, entry] : header.items())
        if (name == metadata_key)
          metadata_ = entry.get<std::map<std::string, std::string>>();
        else
          tensors_.emplace(name, stored_tensor(name, entry));
    } catch (const Json::exception& error) {
      fail_damaged("its header cannot be read: {}", shown(error.what(), 200));
    } catch (const std::bad_alloc&) {
      fail_damaged("no memory for its header of {} bytes", text.size());
    }
  }

  StoredTensor stored_tensor(const std::string& name, const Json& entry) const {
    const auto count = [&](const Json& number) {
      if (!number.is_number_unsigned())
        fail_damaged("{}: {} is not a count", shown(name), shown(number.dump()));
      return number.get<std::uint64_t>();
    };
    const Json &shape = entry.at("shape"), &offsets = entry.at("data_offsets");
    if (!shape.is_array() || !offsets.is_array() || offsets.size() != 2)
      fail_damaged("{}: a list of sizes and two offsets are needed", shown(name));
    StoredTensor result{entry.at("dtype").get<std::string>(), {}, count(offsets[0]), count(offsets[1])};
    for (const Json& size : shape) result.shape.push_back(static_cast<std::int64_t>(count(size)));
    return result;
  }

  /// Error unless the tensors fill the data one after the other, without gaps or overlaps.
  void check_layout() const {
    std::vector<std::pair<std::uint64_t, const std::pair<const std::string, StoredTensor>*>> by_offset;
    for (const auto& entry : tensors_) by_offset.emplace_back(entry.second.begin, &entry);
    std::sort(by_offset.begin(), by_offset.end(), [](const auto& a, const auto& b) {
      return std::pair(a.first, a.second->second.end) < std::pair(b.first, b.second->second.end);
    });
    const std::uint64_t size = file_.size() - data_offset_;
    std::uint64_t reached = 0;
    for (const auto& [begin, entry] : by_offset) {
      const auto& [name, stored] = *entry;
      if (begin != reached || stored.end < begin || stored.end > size)
        fail_damaged("{} lies at bytes {} to {}; it must begin at byte {}, and there are {} bytes",
                     shown(name), begin, stored.end, reached, size);
      reached = stored.end;
    }
    if (reached != size) fail_damaged("it has {} bytes of data; the header describes {}", size, reached);
  }

  const InputFile file_;
  const std::string name_;  // escaped for messages
  std::uint64_t data_offset_ = 0;
  std::map<std::string, StoredTensor> tensors_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace

void save(const std::string& path, const nn::Parameters& parameters,
          const std::map<std::string, std::string>& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header[metadata_key] = metadata;
  std::vector<std::string_view> parts(2);  // the header's length and the header, set below
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : parameters) {
    if (name == metadata_key)
      fail("save", "a tensor is named {}; the format reserves this name", metadata_key);
    const std::string_view bytes = bytes_of(tensor);
    header[name] = {{"dtype", type_of_real().name},
                    {"shape", std::vector<int>(tensor.shape().begin(), tensor.shape().end())},
                    {"data_offsets", {offset, offset + bytes.size()}}};
    offset += bytes.size();
    parts.push_back(bytes);
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const Json::exception& error) {
    fail("save", "a tensor name or the metadata is not UTF-8: {}", error.what());
  }
  text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the numbers are aligned to 8 bytes
  const std::uint64_t length = text.size();
  parts[0] = {reinterpret_cast<const char*>(&length), sizeof length};
  parts[1] = text;
  write_whole("save", path, parts);
}

std::map<std::string, std::string> load(const std::string& path, const nn::Parameters& parameters,
                                        const LoadOptions& options) {
  const Reader file(path);
  std::vector<std::string> missing, different, unexpected;
  std::set<std::string> wanted;
  std::vector<std::pair<Tensor, const std::pair<const std::string, StoredTensor>*>> found;
  for (const auto& [name, tensor] : parameters) {
    wanted.insert(name);
    if (!tensor.is_leaf())
      fail("load", "\"{}\" was made by an operation; only a leaf can be overwritten", shown(name));
    const auto entry = file.tensors().find(name);
    if (entry == file.tensors().end()) {
      missing.push_back(name);
      continue;
    }
    found.emplace_back(tensor, &*entry);
    const std::vector<std::int64_t>& shape = entry->second.shape;
    if (!std::equal(shape.begin(), shape.end(), tensor.shape().begin(), tensor.shape().end()))
      different.push_back(fmt::format("{} ({} in the file, {} needed)", shown(name, 30),
                                      shown(fmt::format("[{}]", fmt::join(shape, ", ")), 30),
                                      tensor.shape()));
  }
  for (const auto& [name, stored] : file.tensors())
    if (!wanted.contains(name)) unexpected.push_back(name);
  const bool nothing_fits = found.empty() && (!missing.empty() || !unexpected.empty());
  const auto part = [](const char* title, const std::vector<std::string>& names, bool wrong) {
    return wrong && !names.empty() ? fmt::format(" {}: {}.", title, shown_list(names, 100)) : "";
  };
  const std::string wrong = part("Missing", missing, !options.allow_missing || nothing_fits) +
                            part("Unexpected", unexpected, !options.allow_unexpected || nothing_fits) +
                            part("Different shape", different, true);
  if (!wrong.empty()) fail("load", "{} does not match the parameters.{}", file.name(), wrong);

  // All are read before the first tensor is overwritten, so that an error changes nothing.
  std::vector<std::vector<Real>> values;
  for (const auto& [tensor, entry] : found)
    values.push_back(file.numbers(entry->first, entry->second, tensor.size()));
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::span<Real> to = found[i].first.overwrite();
    std::copy(values[i].begin(), values[i].end(), to.begin());
  }
  return file.metadata();
}

std::map<std::string, std::string> load_metadata(const std::string& path) { return Reader(path).metadata(); }

}}  // namespace tg
