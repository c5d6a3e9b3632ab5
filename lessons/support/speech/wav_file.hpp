// WAV files, read without libsndfile.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "tinygrad_cpp/io/file.hpp"

namespace lesson {

/// The samples of a WAV file: whole numbers of 8, 16, 24 or 32 bits, or floats of 32 or 64. It takes the
/// place of libsndfile where that is missing, as in a browser, and gives the same samples.
class WavFile {
 public:
  /// Error naming `name` when the file is no such file.
  WavFile(const tg::InputFile& file, const std::string& name);

  int channels() const { return channels_; }
  int rate() const { return rate_; }
  /// Fills the block with the next samples, those of one moment beside each other. Gives how many moments
  /// there were; 0 at the end.
  std::size_t read(std::span<float> block);
  void rewind() { next_ = 0; }

 private:
  std::size_t frame_bytes() const { return static_cast<std::size_t>(channels_) * bytes_; }

  const tg::InputFile& file_;
  bool is_float_ = false;
  int channels_ = 0, rate_ = 0;
  std::size_t bytes_ = 0;                         // of a sample
  std::uint64_t begin_ = 0, next_ = 0, end_ = 0;  // of the samples, and then the moments read and there
};

}  // namespace lesson
