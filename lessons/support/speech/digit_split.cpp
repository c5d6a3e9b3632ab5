#include "support/speech/digit_split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

constexpr int held_out = 5;  // indices for the test, and as many for the validation
enum class Subset { train, validation, test };

/// One speaker's recordings of one digit, by their places in the list: copies of one sound stand together.
struct Group {
  std::vector<std::vector<std::size_t>> takes;
  std::set<int> indices;
  int copies = 0;
};
using Groups = std::map<std::pair<std::string, int>, Group>;  // by speaker and digit

Groups groups_of(const std::vector<Recording>& recordings) {
  Groups groups;
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    Group& group = groups[{recordings[i].speaker, recordings[i].digit}];
    group.indices.insert(recordings[i].index);
    const auto copied = std::find_if(group.takes.begin(), group.takes.end(), [&](const auto& take) {
      return recordings[take[0]].sound.samples == recordings[i].sound.samples;
    });
    if (copied == group.takes.end()) {
      group.takes.push_back({i});
    } else {
      copied->push_back(i);
      ++group.copies;
    }
  }
  return groups;
}

std::string name_of(const Groups::value_type& group) {
  return fmt::format("{}'s {}", tg::shown(group.first.first), group.first.second);
}

// Why the recordings are no set that is split by index; empty where they are one.
std::string why_drawn(const Groups& groups) {
  const auto& first = *groups.begin();
  std::set<std::string> speakers;
  std::set<int> digits;
  for (const auto& group : groups) {
    speakers.insert(group.first.first);
    digits.insert(group.first.second);
    if (group.second.copies > 0) return fmt::format("{} has copies of one sound", name_of(group));
    if (group.second.indices != first.second.indices)
      return fmt::format("{} has other indices than {}", name_of(group), name_of(first));
  }
  if (groups.size() < speakers.size() * digits.size()) return "not every speaker says every digit";
  if (first.second.indices.size() < 4 * held_out)
    return fmt::format("there are {} indices, and that holds out {}", first.second.indices.size(),
                       2 * held_out);
  return "";
}

DigitSplit divided(std::vector<Recording> recordings, const std::vector<Subset>& parts) {
  DigitSplit split;
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    auto& part = parts[i] == Subset::test         ? split.test
                 : parts[i] == Subset::validation ? split.validation
                                                  : split.train;
    part.push_back(std::move(recordings[i]));
  }
  return split;
}

DigitSplit drawn(std::vector<Recording> recordings, const Groups& groups, const std::string& why) {
  std::vector<Subset> parts(recordings.size(), Subset::train);
  std::map<std::string, bool> is_held_out;  // something of each speaker
  std::map<std::string, std::string> few;   // digits of each that are said too few times
  std::vector<std::string> only_trained;
  int copies = 0;
  for (const auto& group : groups) {
    const auto& takes = group.second.takes;
    copies += group.second.copies;
    is_held_out[group.first.first] |= takes.size() >= 3;
    if (takes.size() < 3) {
      only_trained.push_back(fmt::format("{} ({})", name_of(group), takes.size()));
      std::string& digits = few[group.first.first];
      digits += fmt::format("{}{} ({})", digits.empty() ? "" : ", ", group.first.second, takes.size());
      continue;
    }
    const int count = static_cast<int>(takes.size()), share = std::clamp(count / 5, 1, held_out);
    std::vector<std::size_t> order(takes.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    tg::RandomStream random(0);  // of its own, and the same for each group
    for (int place = 0; place < 2 * share; ++place) {
      std::swap(order[static_cast<std::size_t>(place)],
                order[static_cast<std::size_t>(place + random.below(count - place))]);
      for (const std::size_t i : takes[order[static_cast<std::size_t>(place)]])
        parts[i] = place < share ? Subset::test : Subset::validation;
    }
  }
  for (const auto& [speaker, any] : is_held_out)
    if (!any)
      tg::fail(
          "split_digits",
          "{} says no digit 3 times: {}{}; one recording each is needed to train on, to choose by and to "
          "test. Record more, or leave this speaker out",
          tg::shown(speaker), few[speaker], copies > 0 ? ", copies of one sound counted once" : "");

  DigitSplit split = divided(std::move(recordings), parts);
  split.by_index = false;
  split.understood.push_back(fmt::format(
      "Test and validation are drawn, the same in every run: a fifth each of what a speaker says of a "
      "digit, 1 to {}. They are not the lowest indices, as in the Free Spoken Digit Dataset, because {}.",
      held_out, why));
  if (copies > 0)
    split.understood.push_back(fmt::format("Copies of one sound ({}) stay in one part.", copies));
  if (!only_trained.empty())
    split.understood.push_back(
        fmt::format("Only trained on, since fewer than 3 are there: {}.", tg::shown_list(only_trained)));
  return split;
}

}  // namespace

DigitSplit split_by_index(std::vector<Recording> recordings) {
  std::set<int> all;
  for (const Recording& recording : recordings) all.insert(recording.index);
  const std::vector<int> indices(all.begin(), all.end());
  if (indices.size() <= 2 * held_out)
    tg::fail("split_by_index",
             "the recordings have {} different indices; at least {} are needed: {} for the test, {} for the "
             "validation, the rest to train on. The index is the last number of a name: 7_theo_12.wav",
             indices.size(), 2 * held_out + 1, held_out, held_out);
  std::vector<Subset> parts;
  for (const Recording& recording : recordings)
    parts.push_back(recording.index < indices[held_out]       ? Subset::test
                    : recording.index < indices[2 * held_out] ? Subset::validation
                                                              : Subset::train);
  DigitSplit split = divided(std::move(recordings), parts);
  split.understood.push_back(fmt::format(
      "Split by index, as the Free Spoken Digit Dataset is, because every speaker says every digit with the "
      "same indices: {} to {} are the test, {} to {} the validation.",
      indices[0], indices[held_out - 1], indices[held_out], indices[2 * held_out - 1]));
  return split;
}

DigitSplit split_digits(std::vector<Recording> recordings) {
  if (recordings.empty()) tg::fail("split_digits", "no recordings; at least 3 are needed");
  const Groups groups = groups_of(recordings);
  const std::string why = why_drawn(groups);
  return why.empty() ? split_by_index(std::move(recordings)) : drawn(std::move(recordings), groups, why);
}

}  // namespace lesson
