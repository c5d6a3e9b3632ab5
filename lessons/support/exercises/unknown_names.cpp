#include "support/exercises/unknown_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "support/nearest.hpp"
#include "tinygrad_cpp/decode/edit_distance.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace judge {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;
using Tokens = std::vector<Token>;

// The names that a learner takes from the standard library, and where they are.
const std::map<std::string, std::string> headers = {
    {"vector", "vector"},
    {"string", "string"},
    {"map", "map"},
    {"set", "set"},
    {"pair", "utility"},
    {"deque", "deque"},
    {"array", "array"},
    {"function", "functional"},
    {"size_t", "cstddef"},
    {"cout", "iostream"},
    {"endl", "iostream"},
    {"printf", "cstdio"},
    {"accumulate", "numeric"},
    {"inner_product", "numeric"},
    {"iota", "numeric"},
    {"sort", "algorithm"},
    {"max", "algorithm"},
    {"min", "algorithm"},
    {"max_element", "algorithm"},
    {"min_element", "algorithm"},
    {"find", "algorithm"},
    {"count", "algorithm"},
    {"reverse", "algorithm"},
    {"numeric_limits", "limits"},
    {"isnan", "cmath"},
    {"log1p", "cmath"},
    {"expm1", "cmath"},
    {"unordered_map", "unordered_map"},
    {"optional", "optional"},
    {"tuple", "tuple"},
};

// What learners call members of a std::vector, and their names.
const std::map<std::string, std::string> vector_members = {
    {"append", "push_back(x)"}, {"add", "push_back(x)"}, {"push", "push_back(x)"}, {"length", "size()"},
    {"len", "size()"},          {"first", "front()"},    {"last", "back()"},       {"pop", "pop_back()"}};

// Adds the values of each enum to `values`, with their full names: Mode::eval.
void read_enums(const Tokens& tokens, std::map<std::string, std::string>& values) {
  for (std::size_t i = 0; i + 3 < tokens.size(); ++i)
    if (tokens[i].is("enum") && tokens[i + 1].is("class") && tokens[i + 3].is("{"))
      for (std::size_t k = i + 4; k < tokens.size() && !tokens[k].is("}"); ++k)
        if (tokens[k].kind == Kind::word) values[tokens[k].text] = tokens[i + 2].text + "::" + tokens[k].text;
}

// What the engine's headers declare.
struct Engine {
  Names members;    // of Tensor
  Names functions;  // of Tensors
  Names all;        // functions and types
  std::map<std::string, std::string> enums;
};
Engine engine() {
  Engine found;
  std::error_code no_error;
  for (const auto& entry : fs::recursive_directory_iterator("tinygrad_cpp", no_error)) {
    if (entry.path().extension() != ".hpp") continue;
    const Tokens tokens = tokens_of(tg::read_whole("judge", entry.path().string()));
    read_enums(tokens, found.enums);
    bool in_tensor = false;
    for (std::size_t i = 1; i + 2 < tokens.size(); ++i) {
      const Token &word = tokens[i], &before = tokens[i - 1];
      if (before.is("class")) in_tensor = word.is("Tensor") && tokens[i + 1].is("{");
      if (word.is("private")) in_tensor = false;
      if (word.kind != Kind::word) continue;
      const bool is_type = before.is("class") || before.is("struct") || before.is("using");
      if (!is_type && (!tokens[i + 1].is("(") || (before.kind != Kind::word && !before.is("&")))) continue;
      if (in_tensor && !is_type)
        found.members.insert(word.text);
      else
        found.all.insert(word.text);
      if (before.is("Tensor") && tokens[i + 2].is("const") && !in_tensor) found.functions.insert(word.text);
    }
  }
  return found;
}

// The one of the names that was meant, or "".
std::string meant(const std::string& name, const Names& names) {
  const std::string best = lesson::nearest(name, {names.begin(), names.end()});
  const int most = name.size() < 3 ? 0 : name.size() < 5 ? 1 : 2;
  return !best.empty() && tg::decode::edit_distance(name, best) <= most ? best : "";
}

Names words_of(const Tokens& answer, const std::string& without) {
  Names words;
  for (const Token& token : answer)
    if (token.kind == Kind::word && token.text != without) words.insert(token.text);
  return words;
}

std::string unknown_member(const std::string& of, const std::string& name, const Tokens& answer,
                           const Engine& known) {
  if (of == "tg") {
    const std::string best = meant(name, known.all);
    if (!best.empty()) return fmt::format("The engine has no {}. Did you mean tg::{}?", name, best);
    return fmt::format(
        "The engine has no {}. What it has is in tinygrad_cpp/tinygrad.hpp and the headers there.", name);
  }
  if (of == "std") {
    const auto header = headers.find(name);
    if (header != headers.end())
      return fmt::format("std::{} needs #include <{}> at the top of the file.", name, header->second);
    return fmt::format("std::{} is misspelt, or the #include is missing that brings it.", name);
  }
  if (of != "Tensor") {
    if (const auto better = vector_members.find(name); of == "std::vector" && better != vector_members.end())
      return fmt::format("A std::vector has no {}: write {}.", name, better->second);
    const std::string best = meant(name, words_of(answer, name));
    if (!best.empty()) return fmt::format("There is no member {}. Did you mean {}?", name, best);
    return fmt::format("There is no member {}. Look where the struct is declared.", name);
  }
  if (name == "T") return "The transposed matrix is a function's result: transpose(x).";
  if (known.functions.contains(name))
    return fmt::format("{0} is a function, not a member: write {0}(x) for x.{0}().", name);
  const std::string best = meant(name, known.members);
  if (!best.empty()) return fmt::format("A Tensor has no {}. Did you mean .{}(..)?", name, best);
  return fmt::format("A Tensor has no {}. What it has is in tinygrad_cpp/autograd/tensor.hpp.", name);
}

std::string undeclared(const std::string& name, const Tokens& answer, const Engine& known) {
  if (known.functions.contains(name) && headers.contains(name))
    return fmt::format("For numbers, write std::{0}; for Tensors, tg::{0}.", name);
  if (known.functions.contains(name))
    return fmt::format(
        "Write tg::{}. Without tg:: it is found only where an argument is a Tensor; of a std::vector "
        "tg::tensor(v) "
        "makes one.",
        name);
  if (known.all.contains(name)) return fmt::format("It is the engine's: write tg::{}.", name);
  if (headers.contains(name)) return fmt::format("It is the standard library's: write std::{}.", name);
  std::map<std::string, std::string> enums = known.enums;
  read_enums(answer, enums);
  if (enums.contains(name)) return fmt::format("Write {} with its enum: {}.", name, enums.at(name));
  bool again = false;  // whether the answer declares one of this name, for another block
  for (std::size_t i = 1; i < answer.size(); ++i) {
    const Token& before = answer[i - 1];
    const bool declared =
        (before.kind == Kind::word && !before.is("return")) || before.is("&") || before.is(">");
    again = again || (answer[i].is(name) && declared);
  }
  if (again)
    return fmt::format(
        "`{}` is known only to the }} of the block in which it is declared. Declare it before that block.",
        name);
  std::string best = meant(name, words_of(answer, name));
  if (best.empty()) best = meant(name, known.functions);
  if (!best.empty()) return fmt::format("There is no `{}` here. Did you mean `{}`?", name, best);
  return fmt::format(
      "There is no `{0}` here. Is it misspelt? A variable begins with its type and a value: double {0} = 0;",
      name);
}

}  // namespace

std::string unknown_name(const std::string& message, const Tokens& answer) {
  static const std::regex no_member(R"(([\w:]+)(?:<.*>)? has no member named (\w+))"),
      no_member_in(R"(no (?:member|template|type) named (\w+) in (?:namespace )?([\w:]+))"),
      not_in(R"((\w+) is not a member of (\w+))"),
      no_name(R"((\w+) (?:was not declared|does not name a type|has not been declared))"),
      no_name_in(R"((?:undeclared identifier|unknown type name|no template named) (\w+))");
  std::smatch found;
  const auto part = [&](std::size_t i) { return found[i].str(); };
  if (std::regex_search(message, found, no_member)) return unknown_member(part(1), part(2), answer, engine());
  for (const std::regex& form : {no_member_in, not_in})
    if (std::regex_search(message, found, form)) return unknown_member(part(2), part(1), answer, engine());
  for (const std::regex& form : {no_name, no_name_in})
    if (std::regex_search(message, found, form)) return undeclared(part(1), answer, engine());
  return "";
}

}  // namespace judge
