#include "support/speech/utterances.hpp"

#include <fmt/format.h>

#include <iomanip>
#include <map>
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
    if (!recording.file.empty()) whole.files.push_back(recording.file);
  }
  return whole;
}

Utterance draw_utterance(const std::vector<Recording>& recordings) {
  if (recordings.empty()) tg::fail("draw_utterance", "no recordings; at least one is needed");
  tg::RandomStream& random = tg::random_stream();
  const auto any = [&]() -> const Recording& {
    return recordings[static_cast<std::size_t>(random.below(static_cast<int>(recordings.size())))];
  };
  std::vector<Recording> chosen = {any()};
  const std::size_t count = 2 + static_cast<std::size_t>(random.below(3));
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

std::vector<Utterance> read_utterances(const std::string& path, const std::vector<Recording>& recordings) {
  std::map<std::string, const Recording*> by_name;
  for (const Recording& recording : recordings) by_name[recording.file] = &recording;
  std::string list = read_text("read_utterances", path);
  // Lines may end as on other systems: \r\n or \r.
  for (std::size_t at = 0; (at = list.find('\r', at)) != std::string::npos;)
    list.compare(at, 2, "\r\n") == 0 ? list.erase(at, 1) : list.replace(at, 1, "\n");
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
    std::vector<Recording> parts;
    std::istringstream names(line.substr(0, tab));
    for (std::string name; names >> std::quoted(name);) {
      const auto found = by_name.find(name);
      if (found == by_name.end())
        refuse(fmt::format("no recording is called \"{}\"; names of the recordings that were read are needed",
                           tg::shown(name, 40)));
      parts.push_back(*found->second);
      if (parts.back().speaker != parts[0].speaker)
        refuse(fmt::format("{} follows {}; one speaker is needed", tg::shown(parts.back().speaker),
                           tg::shown(parts[0].speaker)));
    }
    if (parts.empty()) refuse("no file is named before the tab; at least one is needed");
    Utterance utterance = join(parts);
    if (const std::string text = line.substr(tab + 1); text != utterance.text)
      refuse(fmt::format("the text is \"{}\", but the files say \"{}\"", tg::shown(text, 40),
                         tg::shown(utterance.text)));
    utterances.push_back(std::move(utterance));
  }
  return utterances;
}

}  // namespace lesson
