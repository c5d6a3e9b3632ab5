#include "support/speech/utterances.hpp"

#include <fmt/format.h>

#include <iomanip>
#include <sstream>
#include <utility>

#include "support/text.hpp"
#include "support/text_file.hpp"
#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {

Utterance join(const std::vector<Recording>& recordings) {
  if (recordings.empty()) tg::fail("join", "no recordings; at least one is needed");
  const std::string& speaker = recordings[0].speaker;
  const int rate = recordings[0].sound.rate;
  Utterance whole{.text = "", .speaker = speaker, .sound = {.samples = {}, .rate = rate}, .files = {}};
  for (const Recording& recording : recordings) {
    if (recording.speaker != speaker || recording.sound.rate != rate)
      tg::fail(
          "join",
          "a recording of {} at {} samples a second follows one of {} at {}; one speaker and one rate are needed",
          tg::shown(recording.speaker), recording.sound.rate, tg::shown(speaker), rate);
    whole.text += (whole.text.empty() ? "" : " ") + digit_name(recording.digit);
    whole.sound.samples.insert(whole.sound.samples.end(), recording.sound.samples.begin(),
                               recording.sound.samples.end());
    whole.ends.push_back(whole.sound.seconds());
    if (!recording.file.empty()) whole.files.push_back(recording.file);
  }
  return whole;
}

Utterance draw_utterance(const std::vector<Recording>& recordings, bool single) {
  if (recordings.empty()) tg::fail("draw_utterance", "no recordings; at least one is needed");
  tg::RandomStream& random = tg::random_stream();
  const auto any = [&]() -> const Recording& {
    return recordings[static_cast<std::size_t>(random.below(static_cast<int>(recordings.size())))];
  };
  std::vector<Recording> chosen = {any()};
  const std::size_t count = single ? 1 : 2 + static_cast<std::size_t>(random.below(3));
  while (chosen.size() < count)
    if (const Recording& next = any(); next.speaker == chosen[0].speaker) chosen.push_back(next);
  return join(chosen);
}

void write_utterances(const std::string& path, const std::vector<Utterance>& utterances) {
  std::ostringstream list;
  for (const Utterance& utterance : utterances) {
    if (utterance.files.empty())
      tg::fail("write_utterances", "\"{}\" by {} is not made of files; utterances of recordings are needed",
               tg::shown(utterance.text), tg::shown(utterance.speaker));
    const char* between = "";
    for (const std::string& file : utterance.files) {
      list << std::exchange(between, " ");
      if (file.find_first_of(" \"'\\") == std::string::npos)
        list << file;
      else
        list << std::quoted(file);
    }
    list << '\t' << utterance.text << '\n';
  }
  tg::write_whole("write_utterances", path, {list.str()});
}

std::vector<Utterance> read_utterances(const std::string& path) {
  const std::string list = read_text("read_utterances", path);
  if (list.empty())
    tg::fail("read_utterances", "{}: the list is empty; a line for each utterance is needed",
             tg::shown_path(path));

  std::vector<Utterance> utterances;
  for (const std::string& line : lines_of(list)) {
    const auto refuse = [&](const std::string& why) {
      tg::fail("read_utterances", "{}, line {}: {}", tg::shown_path(path), utterances.size() + 1, why);
    };
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos)
      refuse(fmt::format("there is no tab in \"{}\"; names of files, a tab and the text are needed",
                         tg::shown(line, 40)));
    Utterance utterance;
    std::istringstream names(line.substr(0, tab));
    for (std::string name; names >> std::quoted(name);) utterance.files.push_back(name);
    if (utterance.files.empty()) refuse("no file is named before the tab; at least one is needed");
    utterance.text = trimmed(line.substr(tab + 1));
    if (utterance.text.find('\t') != std::string::npos)
      refuse("there is a second tab; the names of files and the text are needed, no more");
    if (utterance.text.empty()) refuse("no text follows the tab; what is said in the files is needed");
    utterances.push_back(std::move(utterance));
  }
  return utterances;
}

}  // namespace lesson
