#pragma once
#include <signal.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <thread>

#include "../files.hpp"
#include "../program.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/safetensors.hpp"

// What is done with the files that programs save.

using About = std::map<std::string, std::string>;

inline About about_of(const std::string& path) {
  try {
    return tg::load_metadata(path);
  } catch (const tg::Error&) {
    return {};
  }
}

/// The tensors' bytes, without the header.
inline std::string numbers_of(const std::string& path) {
  const std::string bytes = contents(path);
  std::uint64_t header = 0;
  std::memcpy(&header, bytes.data(), sizeof header);
  return bytes.substr(sizeof header + header);
}

/// Whether two checkpoints hold the same entries and, bit for bit, the same tensors.
inline bool same_checkpoints(const std::string& a, const std::string& b) {
  return !about_of(a).empty() && about_of(a) == about_of(b) && !numbers_of(a).empty() &&
         numbers_of(a) == numbers_of(b);
}

/// Ctrl-C so many milliseconds after the program's checkpoint is there (and beyond step 0, where it counts
/// steps), and what the program then printed.
inline Printed interrupted(Program program, const std::string& checkpoint, int later = 0) {
  if (program.id == 0) return program.wait();  // no such program; signals to 0 go to this one's whole group
  const auto is_there = [&] {
    About about = about_of(checkpoint);
    return !about.empty() && about["step"] != "0";
  };
  for (int waited = 0; waited < 60000 && !is_there(); ++waited)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(later));
  kill(program.id, SIGINT);
  return program.wait();
}

/// A file that another program saved.
inline std::string saved_by(const Folder& folder, const std::string& program) {
  const std::string path = folder.file("of_another");
  tg::save(path, {}, {{"program", program}});
  return path;
}

/// A copy of a checkpoint with another text in one entry.
inline std::string damaged(const std::string& checkpoint, const Folder& folder, const std::string& entry,
                           const std::string& text) {
  std::string header = contents(checkpoint).substr(sizeof(std::uint64_t)), escaped;
  const std::string tensors = numbers_of(checkpoint);
  header.resize(header.size() - tensors.size());
  for (const char c : text) escaped += c == '\n' ? "\\n" : std::string(1, c);
  const std::size_t at = header.find("\"" + entry + "\":\"") + entry.size() + 4;
  std::size_t end = at;
  while (header[end] != '"') end += header[end] == '\\' ? 2 : 1;
  header.replace(at, end - at, escaped);
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const std::uint64_t length = header.size();
  std::string start(sizeof length, '\0');
  std::memcpy(start.data(), &length, sizeof length);
  return folder.file("damaged", start + header + tensors);
}
