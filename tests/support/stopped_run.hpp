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

// A training that Ctrl-C stops, and checkpoints compared.

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

/// Sends Ctrl-C to a program once its checkpoint has come beyond step 0.
inline Printed stopped(Program program, const std::string& checkpoint) {
  for (int waited = 0; waited < 60000; ++waited) {
    const About about = about_of(checkpoint);
    if (!about.empty() && about.at("step") != "0") break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(program.id, SIGINT);
  return program.wait();
}
