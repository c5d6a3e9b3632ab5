#include "tinygrad_cpp/decode/beam.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "tinygrad_cpp/decode/log_probabilities.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/ctc_frames.hpp"
#include "tinygrad_cpp/ops/ctc_targets.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {
namespace {

/// All prefixes found so far, as a tree: a prefix is its parent plus one label. No prefix occurs twice.
class Prefixes {
 public:
  static constexpr int root = 0, none = -1;

  int parent(int prefix) const { return nodes_[at(prefix)].parent; }
  int label(int prefix) const { return nodes_[at(prefix)].label; }
  /// The prefix's index in the beam, or `none`.
  int& beam_index(int prefix) { return nodes_[at(prefix)].beam_index; }

  int child(int prefix, int label) {
    const auto [found, is_new] =
        children_.try_emplace(std::int64_t{prefix} << 32 | label, static_cast<int>(nodes_.size()));
    if (is_new) nodes_.push_back({.parent = prefix, .label = label});
    return found->second;
  }
  std::vector<int> labels(int prefix) const {
    std::vector<int> all;
    for (; prefix != root; prefix = parent(prefix)) all.push_back(label(prefix));
    std::reverse(all.begin(), all.end());
    return all;
  }
  /// The language model's score for each class after a prefix. Calls the model once per prefix.
  const std::vector<double>& language_scores(int prefix, int classes, int blank, const BeamOptions& options) {
    std::vector<double>& scores = nodes_[at(prefix)].language_scores;
    if (!scores.empty()) return scores;
    const std::vector<int> before = labels(prefix);
    for (int c = 0; c < classes; ++c) {
      scores.push_back(c == blank ? 0 : options.language_model(before, c));
      if (!(scores.back() < INFINITY))
        fail("beam", "the language model gave {} for label {}; a number or -inf is needed", scores.back(), c);
    }
    return scores;
  }

 private:
  struct Node {
    int parent = none, label = none, beam_index = none;
    std::vector<double> language_scores = {};
  };
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }

  std::vector<Node> nodes_ = {Node{}};
  std::unordered_map<std::int64_t, int> children_;
};

/// A prefix with the ln probabilities of the paths that give it: of paths that end in a blank, of paths that
/// end in its last label, and of both together.
struct Entry {
  Entry(int its_prefix, double blank, double label)
      : prefix(its_prefix), blank_end(blank), label_end(label), total(log_add(blank, label)) {}
  int prefix;
  double blank_end, label_end, total;
};

/// A candidate for the beam after a frame: an entry, and the label that extends its prefix, if any.
struct Candidate {
  Entry entry;
  int label = Prefixes::none;
};

bool better(const Candidate& a, const Candidate& b) {
  return std::make_tuple(-a.entry.total, a.entry.prefix, a.label) <
         std::make_tuple(-b.entry.total, b.entry.prefix, b.label);
}

class Search {
 public:
  Search(int classes, int blank, const BeamOptions& options)
      : classes_(classes), blank_(blank), options_(options) {
    keep({{Entry(Prefixes::root, 0, -INFINITY)}});
  }

  /// Processes a frame with log-probabilities y. Returns false if no prefix is possible any more.
  bool advance(const double* y) {
    std::vector<Candidate> candidates;
    const auto width = static_cast<std::size_t>(classes_);
    // [beam,C]: whether an entry's prefix, extended by the class, is in the beam too.
    std::vector<bool> child_in_beam(beam_.size() * width);
    for (const Entry& entry : beam_) {
      double label_end = -INFINITY;
      if (entry.prefix != Prefixes::root) {
        const int label = prefixes_.label(entry.prefix),
                  parent_index = prefixes_.beam_index(prefixes_.parent(entry.prefix));
        label_end = entry.label_end + y[label];
        if (parent_index != Prefixes::none) {
          const auto index = static_cast<std::size_t>(parent_index);
          label_end = log_add(label_end, extension_score(beam_[index], label, y));
          child_in_beam[index * width + static_cast<std::size_t>(label)] = true;
        }
      }
      candidates.push_back({Entry(entry.prefix, entry.total + y[blank_], label_end)});
    }
    for (std::size_t index = 0; index < beam_.size(); ++index)
      for (int c = 0; c < classes_; ++c)
        if (c != blank_ && !child_in_beam[index * width + static_cast<std::size_t>(c)])
          candidates.push_back(
              {Entry(beam_[index].prefix, -INFINITY, extension_score(beam_[index], c, y)), c});
    keep(std::move(candidates));
    return !beam_.empty();
  }

  std::vector<Hypothesis> best() const {
    std::vector<Hypothesis> all;
    for (std::size_t i = 0; i < beam_.size() && static_cast<int>(i) < options_.top; ++i)
      all.push_back({prefixes_.labels(beam_[i].prefix), beam_[i].total});
    return all;
  }

 private:
  /// ln of the probability that an entry's paths continue with a new label in this frame.
  double extension_score(const Entry& entry, int label, const double* y) {
    // To repeat the last label, a path must end in a blank. Without the blank, it would still be the old
    // label.
    const double before = label == prefixes_.label(entry.prefix) ? entry.blank_end : entry.total;
    if (!options_.language_model) return before + y[label];
    return before + y[label] +
           prefixes_.language_scores(entry.prefix, classes_, blank_,
                                     options_)[static_cast<std::size_t>(label)];
  }

  /// Replaces the beam by the best candidates, the best first.
  void keep(std::vector<Candidate> candidates) {
    std::erase_if(candidates, [](const Candidate& candidate) { return candidate.entry.total == -INFINITY; });
    const auto count = std::min(candidates.size(), static_cast<std::size_t>(options_.width));
    const auto end = candidates.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(candidates.begin(), end, candidates.end(), better);
    for (const Entry& entry : beam_) prefixes_.beam_index(entry.prefix) = Prefixes::none;
    beam_.clear();
    for (auto candidate = candidates.begin(); candidate != end; ++candidate) {
      Entry entry = candidate->entry;
      if (candidate->label != Prefixes::none) entry.prefix = prefixes_.child(entry.prefix, candidate->label);
      prefixes_.beam_index(entry.prefix) = static_cast<int>(beam_.size());
      beam_.push_back(entry);
    }
  }

  int classes_, blank_;
  const BeamOptions& options_;
  Prefixes prefixes_;
  std::vector<Entry> beam_;
};

/// Searches in scores or in log-probabilities, which log_softmax does not change.
std::vector<std::vector<Hypothesis>> search(const char* op, const Tensor& scores,
                                            const std::vector<int>& lengths, int blank,
                                            const BeamOptions& options) {
  if (options.top < 1 || options.top > options.width)
    fail(op, "top is {}, width is {}; 1 <= top <= width is needed", options.top, options.width);
  std::vector<std::vector<Hypothesis>> all;
  const int classes = scores.dim(2);
  for (std::size_t item = 0; item < lengths.size(); ++item) {
    const std::vector<double> y =
        log_probabilities(op, scores, static_cast<int>(item), lengths[item]);  // [T,C]
    Search one(classes, blank, options);
    for (int t = 0; t < lengths[item]; ++t)
      if (!one.advance(y.data() + std::ptrdiff_t{t} * classes))
        fail(op, "sequence {}, frame {}: no prefix is possible any more; the language model forbids all",
             item, t);
    all.push_back(one.best());
  }
  return all;
}

}  // namespace

std::vector<std::vector<Hypothesis>> beam(const Tensor& scores, int blank, const BeamOptions& options) {
  const std::vector<int> lengths = ctc_lengths("beam", scores, blank, options.lengths);
  check_are_scores("beam", scores, lengths, "Probabilities go into beam_from_probs");
  return search("beam", scores, lengths, blank, options);
}

std::vector<std::vector<Hypothesis>> beam_from_probs(const Tensor& probs, int blank,
                                                     const BeamOptions& options) {
  const char* op = "beam_from_probs";
  const std::vector<int> lengths = ctc_lengths(op, probs, blank, options.lengths);
  const Tensor log_probs = log_of_probs(op, probs, lengths, "Raw scores go into beam");
  return search(op, log_probs, lengths, blank, options);
}

}}}  // namespace tg::decode
