#include "support/exercises/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>

#include "tinygrad_cpp/utf8.hpp"

namespace judge {
namespace {

using Names = std::set<std::string, std::less<>>;
using Tokens = std::vector<Token>;

Names names_in(const char* list) {
  std::istringstream in(list);
  return {std::istream_iterator<std::string>(in), {}};
}

// No part of an answer, wherever they stand.
const Names words_refused = names_in(
    "doctest asm _Pragma extern fork vfork _exit _Exit quick_exit execl execlp execle execv execvp execvpe "
    "execve fexecve execveat posix_spawn popen posix_spawnp syscall dlopen dlsym dlvsym ptrace "
    "system setsid setpgid killpg pthread_kill sigaction setjmp _setjmp longjmp siglongjmp mmap "
    "mprotect fopen freopen fdopen openat creat mkstemp ifstream ofstream fstream basic_ifstream "
    "filebuf basic_ofstream filesystem basic_fstream basic_filebuf symlink unlink truncate ftruncate "
    "setenv putenv unsetenv environ renameat dup2 dup3 sbrk brk process_vm_readv");
// Common words, which are refused where they may be the function of the system: an answer that declares none
// of that name, `::open`, `open(..)`, `&open`.
const Names calls_refused = names_in(
    "kill raise signal clone open link rename dup pipe unshare write writev pwrite dprintf vdprintf copy_file_range");
// What the standard library's own macros leave in an answer.
const Names reserved_allowed = names_in(
    "__func__ __FUNCTION__ __PRETTY_FUNCTION__ __extension__ __assert_fail __assert_rtn "
    "__errno_location __error __builtin_expect __builtin_nan __builtin_nanf __builtin_inf "
    "__builtin_inff __builtin_infl __builtin_huge_val __builtin_huge_valf __builtin_huge_vall "
    "__builtin_offsetof __FILE_NAME__ __int128");
// Before a name that is used, while other words stand before one that is declared.
const Names before_use = names_in(
    "return co_return co_yield co_await throw else do case and or not xor bitand bitor compl sizeof "
    "new delete operator using typeid alignof typename goto not_eq namespace");

const Token nothing{Kind::sign, "", 0, true, ""};
const Token& at(const Tokens& tokens, std::size_t i) { return i < tokens.size() ? tokens[i] : nothing; }

bool is_member(const Tokens& tokens, std::size_t i) {
  return at(tokens, i - 1).is(".") || at(tokens, i - 1).is("->");
}

// Whether a word is declared here: `Tensor softplus(`, `struct Dropout`.
bool is_declared(const Tokens& tokens, std::size_t i) {
  const Token& before = at(tokens, i - 1);
  return before.kind == Kind::word && !before_use.contains(before.text);
}
// The same, and `Tensor& open`, `vector<int> open`.
bool may_be_declared(const Tokens& tokens, std::size_t i) {
  const Token& before = at(tokens, i - 1);
  const bool part_of_type = before.is("&") || before.is("*") || before.is(">");
  return is_declared(tokens, i) || (part_of_type && (is_declared(tokens, i - 1) ||
                                                     at(tokens, i - 2).is(">") || at(tokens, i - 2).is("&")));
}

// The functions that are declared in namespaces, or as friends.
Names functions_of(const Tokens& tokens) {
  Names names;
  std::vector<bool> spaces = {true};  // of each open brace: whether a namespace's
  int parentheses = 0;
  bool space = false, friendly = false, value = false;  // what the statement has had
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.is("{") || token.is("<%")) spaces.push_back(space);
    if ((token.is("}") || token.is("%>")) && spaces.size() > 1) spaces.pop_back();
    if (token.is("{") || token.is("}") || token.is(";") || token.is("<%") || token.is("%>")) {
      space = friendly = value = false;
      parentheses = 0;
    }
    space = space || token.is("namespace");
    friendly = friendly || token.is("friend");
    value = value || token.is("=");
    if (token.kind == Kind::word && parentheses == 0 && !value && (spaces.back() || friendly) &&
        at(tokens, i + 1).is("(") && !at(tokens, i - 1).is("::"))
      names.insert(token.text);
    parentheses += token.is("(") ? 1 : token.is(")") ? -1 : 0;
  }
  return names;
}

std::string at_line(const Token& token, const std::string& sentence) {
  return fmt::format("Line {}: {}", token.line, sentence);
}

}  // namespace

std::string borrowed_word(const Tokens& answer, const std::vector<std::string>& without) {
  for (const std::string& name : without) {
    const std::string refused = fmt::format("{} is what this exercise is about: write it yourself.", name);
    const Tokens parts = tokens_of(name);
    if (parts.empty()) continue;
    const bool is_space = parts.back().is("::");
    const std::string& last = parts[parts.size() - (is_space ? 2 : 1)].text;
    const bool is_class = std::isupper(static_cast<unsigned char>(last[0])) != 0;
    // The namespace that holds a class may not get another name either: `namespace n = tg::nn;`
    const std::string holder = is_class && parts.size() >= 3 ? parts[parts.size() - 3].text : "";
    const bool own_class = std::any_of(answer.begin(), answer.end(), [&](const Token& token) {
      const std::size_t i = static_cast<std::size_t>(&token - answer.data());
      return token.is(last) && (at(answer, i - 1).is("struct") || at(answer, i - 1).is("class"));
    });
    for (std::size_t i = 0; i < answer.size(); ++i) {
      const Token &before = at(answer, i - 1), &after = at(answer, i + 1);
      if (!holder.empty() && answer[i].is(holder) && !after.is("::")) return at_line(answer[i], refused);
      if (!answer[i].is(last) || is_member(answer, i)) continue;
      const bool qualified = before.is("::"),
                 ours = qualified && (at(answer, i - 2).is("exercise") || at(answer, i - 2).is(last));
      bool wrong = qualified && !ours;
      if (is_space) {
        wrong = after.is("::") || before.is("::") || before.is("namespace") ||
                (before.is("=") && at(answer, i - 3).is("namespace"));
      } else if (!qualified) {
        wrong = is_class ? !own_class : !is_declared(answer, i);
      }
      if (!wrong) continue;
      return at_line(answer[i],
                     refused + (qualified || is_class ? "" : " A helper of yours needs another name."));
    }
  }
  return "";
}

std::string wrong_word(const Tokens& answer) {
  Names own;
  for (std::size_t i = 0; i < answer.size(); ++i)
    if (calls_refused.contains(answer[i].text) && may_be_declared(answer, i)) own.insert(answer[i].text);
  for (std::size_t i = 0; i < answer.size(); ++i) {
    const Token& token = answer[i];
    // _Pragma(..) has become a directive here.
    if (token.is("#") && token.first) return at_line(token, "an answer may not use _Pragma.");
    if (token.kind != Kind::word || is_member(answer, i)) continue;
    const Token &before = at(answer, i - 1), &after = at(answer, i + 1);
    const bool reserved = token.text.starts_with("__") && !reserved_allowed.contains(token.text);
    const bool attribute = (token.is("gnu") || token.is("clang")) && (after.is("::") || after.is(":"));
    const bool called = calls_refused.contains(token.text) &&
                        (!own.contains(token.text) || before.is("::") ||
                         ((before.is("&") || after.is("(")) && !may_be_declared(answer, i)));
    if (!reserved && !attribute && !called && !words_refused.contains(token.text)) continue;
    return at_line(
        token,
        fmt::format("an answer may not use {}: it leaves files, processes, the compiler and the tests alone.",
                    tg::shown(token.text)));
  }
  return "";
}

std::string wrong_place(const Tokens& answer, const Tokens& test) {
  std::size_t i = 0;
  while (i < answer.size()) {
    const Token& begin = answer[i];
    const bool taken =
        begin.is("using") &&
        (at(answer, i + 1).is("namespace")
             ? at(answer, i + 2).is("tg") || at(answer, i + 2).is("std")
             : (at(answer, i + 1).is("tg") || at(answer, i + 1).is("std")) && at(answer, i + 2).is("::"));
    if (taken) {
      while (i < answer.size() && !answer[i].is(";")) ++i;
    } else if (begin.is("namespace") && at(answer, i + 1).is("exercise")) {
      i += 2;
      while (at(answer, i).is("::") || (at(answer, i).kind == Kind::word && at(answer, i - 1).is("::"))) ++i;
      if (!at(answer, i).is("{")) return at_line(begin, "namespace exercise { is needed.");
      int depth = 0;
      for (; i < answer.size(); ++i) {
        if (answer[i].is("{") || answer[i].is("<%")) ++depth;
        if ((answer[i].is("}") || answer[i].is("%>")) && --depth == 0) break;
      }
      if (depth != 0) return at_line(begin, "namespace exercise has no closing brace.");
    } else if (!begin.is(";")) {
      return at_line(
          begin,
          fmt::format("{} stands outside namespace exercise {{ .. }}. All that you write stands inside.",
                      tg::shown(begin.text)));
    }
    ++i;
  }
  // Functions of the test, from which an argument of an answer's type could draw a call to the answer's.
  const Names helpers = functions_of(test);
  for (const std::string& name : functions_of(answer))
    if (helpers.contains(name))
      return fmt::format("The tests have a function {} of their own; yours needs another name.",
                         tg::shown(name));
  return "";
}

bool same(const Tokens& a, const Tokens& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Token& p, const Token& q) { return p.text == q.text; });
}

}  // namespace judge
