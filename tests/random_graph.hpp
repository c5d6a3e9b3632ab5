#pragma once
#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "loss_table.hpp"
#include "tinygrad_cpp/autograd/node.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace random_graph {

using op_table::Choices;
using op_table::Input;
using op_table::Row;
using op_table::Sizes;
using tg::Inputs;
using tg::Real;
using tg::Shape;
using tg::Tensor;
using Values = std::vector<Tensor>;
using Places = std::vector<std::size_t>;

inline const std::vector<Row>& rows() {
  static const std::vector<Row> all = [] {
    std::vector<Row> some = op_table::rows();
    for (Row& row : op_table::loss_rows()) some.push_back(std::move(row));
    return some;
  }();
  return all;
}

/// The source text of a row's call, with what was chosen in place of `any.axis(in[0])`, and `names` in place
/// of `in[0]`.
inline std::string readable(std::string_view call, const Choices& any,
                            const std::vector<std::string>& names) {
  std::string text;
  while (!call.empty()) {
    if (call.starts_with("in[")) {
      text += names[static_cast<std::size_t>(call[3] - '0')];
      call.remove_prefix(5);
    } else if (call.starts_with("any.")) {
      const std::size_t open = call.find('(');
      std::size_t close = open;
      for (int depth = 1; depth > 0;) {
        ++close;
        depth += (call[close] == '(') - (call[close] == ')');
      }
      const std::string key(call.substr(4, (call[open + 1] == '"' ? close : open) - 4));
      text += any.notes().contains(key) ? any.notes().at(key) : key;
      call.remove_prefix(close + 1);
    } else {
      text += call[0];
      call.remove_prefix(1);
    }
  }
  return text;
}

/// A program drawn from a seed: leaves, and rows of the op table that take leaves and results of lines above.
/// Its loss adds up, with random factors, every result that no line takes.
class Graph {
 public:
  /// With fewer steps it is the beginning of the same program.
  Graph(std::uint64_t seed, Sizes sizes, int most_steps = 100)
      : choose_(seed), sizes_(sizes), is_large_(sizes == Sizes::large) {
    tg::manual_seed(seed);  // of the values
    const int steps = std::min(most_steps, 1 + choose_.below(8));
    // What would become too large is dropped, so there are more tries than steps.
    for (int step = 0, tries = 0; step < steps && tries < 30; ++tries)
      step += choose_.below(12) == 0 ? add_slope() : add(rows()[any_of(rows().size())]);
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (!lines_[i].is_taken) terms_.push_back({i, tg::randn(lines_[i].shape)});
      if (lines_[i].run) lines_[i].value = {};  // with its history
    }
    keep_what_is_needed();
  }

  /// New ones each time, which require gradients.
  Values leaves() const {
    Values leaves;
    for (const Line& line : lines_)
      if (line.is_leaf()) leaves.push_back(line.value.clone().detach().requires_grad(true));
    return leaves;
  }

  Tensor loss(Inputs leaves) const {
    Values t;
    std::size_t leaf = 0;
    for (const Line& line : lines_)
      if (line.is_leaf())
        t.push_back(leaves[leaf++]);
      else
        t.push_back(line.run && line.is_needed ? line.run(at(line.inputs, t)) : line.value);
    Tensor total = 0;
    for (const Term& term : terms_) total = total + sum(term.factors * t[term.line]);
    return total;
  }

  std::size_t terms() const { return terms_.size(); }
  /// Leaves out the others, and what only they need.
  void keep_term(std::size_t i) {
    terms_ = {terms_[i]};
    keep_what_is_needed();
  }

  std::string text() const {
    std::string text, loss;
    for (std::size_t i = 0; i < lines_.size(); ++i)
      if (lines_[i].is_needed) text += fmt::format("  t{} = {}   {}\n", i, lines_[i].text, lines_[i].shape);
    for (const Term& term : terms_)
      loss += fmt::format("{}sum(c{} * t{})", loss.empty() ? "" : " + ", term.line, term.line);
    return text + "  loss = " + loss + "\n";
  }

  bool is_empty() const { return lines_.empty(); }
  const std::set<const Row*>& rows_run() const { return rows_run_; }
  /// The number of elements of the largest tensor.
  std::int64_t largest() const {
    std::int64_t most = 0;
    for (const Line& line : lines_) most = std::max(most, line.shape.size());
    return most;
  }
  /// What went wrong while it was drawn: an error where none is due or without words, or a result that is not
  /// finite.
  const std::string& complaint() const { return complaint_; }

 private:
  struct Line {
    std::string text;
    Tensor value;  // as it was drawn
    Places inputs = {};
    std::function<Tensor(const Values& in)> run = {};  // none for a leaf or a constant
    bool is_constant = false, is_taken = false, is_needed = false;
    Shape shape = value.shape();
    bool is_leaf() const { return !run && !is_constant; }
  };
  struct Term {
    std::size_t line;
    Tensor factors;
  };

  static Values at(const Places& places, const Values& t) {
    Values some;
    for (std::size_t i : places) some.push_back(t[i]);
    return some;
  }
  void keep_what_is_needed() {
    for (Line& line : lines_) line.is_needed = false;
    for (const Term& term : terms_) lines_[term.line].is_needed = true;
    for (std::size_t i = lines_.size(); i-- > 0;)
      for (std::size_t input : lines_[i].inputs) lines_[input].is_needed |= lines_[i].is_needed;
  }

  /// 0 .. count - 1
  std::size_t any_of(std::size_t count) {
    return static_cast<std::size_t>(choose_.below(static_cast<int>(count)));
  }
  std::size_t append(Line line) {
    for (std::size_t i : line.inputs) lines_[i].is_taken = true;
    lines_.push_back(std::move(line));
    return lines_.size() - 1;
  }
  std::size_t compute(std::string text, const Places& inputs, std::function<Tensor(const Values& in)> run) {
    Values in;
    for (std::size_t i : inputs) in.push_back(lines_[i].value);
    return append({std::move(text), run(in), inputs, run});
  }

  /// Differences cost two runs an element, so what comes after the first few dozen is constant.
  std::size_t leaf(const Input& input) {
    const bool is_constant = !is_large_ && elements_ > 0 && elements_ + input.values.size() > 32;
    if (!is_constant) elements_ += input.values.size();
    const Tensor value = input.values.detach();
    if (!is_constant) return append({"a leaf", value.requires_grad(true)});
    const std::size_t at = append({"a constant", value});
    lines_[at].is_constant = true;
    return at;
  }

  /// The values drawn for an input, moved by those of a line, but not as far as the next kink is.
  std::size_t nudged(const Input& input, std::size_t at) {
    return compute(fmt::format("drawn + 0.04 * tanh(t{})", at), {at},
                   [drawn = input.values.detach()](const Values& in) { return drawn + 0.04 * tanh(in[0]); });
  }

  /// A line for an input: often one that is there, cut and laid out as is needed.
  std::size_t line_for(const Input& input) {
    if (!input.allowed || lines_.empty() || choose_.below(4) == 0) return leaf(input);
    // Of all lines, or of those of this shape, or of those that nothing takes yet.
    const int kind = choose_.below(3);
    Places some;
    for (std::size_t i = 0; i < lines_.size(); ++i)
      if (kind == 0 || (kind == 1 ? lines_[i].shape == input.values.shape() : !lines_[i].is_taken))
        some.push_back(i);
    std::size_t at = some.empty() ? lines_.size() - 1 : some[any_of(some.size())];
    if (lines_[at].shape != input.values.shape()) {
      if (lines_[at].shape.size() == 0 || input.values.size() == 0) return leaf(input);
      std::vector<int> ids;
      for (std::int64_t i = 0; i < input.values.size(); ++i)
        ids.push_back(static_cast<int>(any_of(static_cast<std::size_t>(lines_[at].shape.size()))));
      at = compute(fmt::format("take(reshape(t{}, {{-1}}), ids)", at), {at},
                   [ids = tg::Indices(input.values.shape(), std::move(ids))](const Values& in) {
                     return take(reshape(in[0], Shape{static_cast<int>(in[0].size())}), ids);
                   });
    }
    const std::span<const Real> values = lines_[at].value.values();
    if (std::all_of(values.begin(), values.end(), input.allowed)) return at;
    return nudged(input, at);
  }

  /// Whether the elements of all inputs that must be apart are.
  bool are_apart(const std::vector<Input>& inputs, const Places& at) const {
    std::vector<Real> all;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (const std::span<const Real> values = lines_[at[i]].value.values(); inputs[i].apart)
        all.insert(all.end(), values.begin(), values.end());
    std::sort(all.begin(), all.end());
    return std::adjacent_find(all.begin(), all.end(), [](Real a, Real b) { return b - a < Real(0.02); }) ==
           all.end();
  }

  /// Adds a row and the leaves it needs; false, and nothing is added, when its result is not wanted.
  bool add(const Row& row) {
    std::vector<Shape> shapes;
    for (const Line& line : lines_) shapes.push_back(line.shape);
    const auto any = std::make_shared<Choices>(choose_.bits(), sizes_, std::move(shapes));
    const std::vector<Line> before = lines_;
    const std::int64_t elements = elements_;
    try {
      const std::vector<Input> inputs = row.inputs(*any);
      Places at;
      for (const Input& input : inputs) at.push_back(line_for(input));
      if (!is_large_ && !are_apart(inputs, at))
        for (std::size_t i = 0; i < inputs.size(); ++i)
          if (inputs[i].apart && (at[i] < before.size() || lines_[at[i]].run))
            at[i] = nudged(inputs[i], at[i]);
      const std::size_t made =
          compute("", at, [&row, any](const Values& in) { return row.call.run(in, *any); });
      std::vector<std::string> names;
      for (std::size_t i : at) names.push_back(fmt::format("t{}", i));
      lines_[made].text = readable(row.call.text, *any, names);
      if (is_wanted(lines_[made])) return rows_run_.insert(&row).second || true;
    } catch (const tg::Error& error) {
      const std::string text = error.what();
      const bool is_due =
          std::any_of(lines_.begin(), lines_.end(), [](const Line& line) { return line.shape.size() == 0; });
      if (!is_due || !text.starts_with('[') || text.size() > 600 || text != tg::shown(text, 2000))
        complaint_ = fmt::format("{}, {}: {}", row.op, row.shapes, text);
    }
    lines_ = before;
    elements_ = elements;
    return false;
  }

  /// Adds the slope of one line by another, once: programs differentiate, too. (Slopes of slopes are too
  /// steep for differences.)
  bool add_slope() {
    if (lines_.empty() || has_slope_) return false;
    const std::vector<Tensor> behind = tg::nodes_behind(lines_.back().value);
    const std::size_t y = lines_.size() - 1, x = any_of(lines_.size());
    const auto is_x = [&](const Tensor& tensor) { return tensor.node() == lines_[x].value.node(); };
    if (std::none_of(behind.begin(), behind.end(), is_x)) return false;
    const std::vector<Line> before = lines_;
    const std::size_t made = compute(fmt::format("slope(t{} * t{}, t{})", y, y, x), {y, x},
                                     [](const Values& in) { return op_table::slope(in[0] * in[0], in[1]); });
    has_slope_ = is_wanted(lines_[made]) && lines_[made].value.requires_grad();
    if (!has_slope_) lines_ = before;
    return has_slope_;
  }

  /// Differences of large numbers have too few digits.
  bool is_wanted(const Line& line) {
    double most = 0;
    for (Real v : line.value.values())
      most = std::max(most, std::isfinite(v) ? std::abs(double(v)) : INFINITY);
    if (std::isinf(most)) complaint_ = "not finite: " + line.text;
    return most < (is_large_ ? 1e4 : 30) && line.shape.size() <= (is_large_ ? 500000 : 64) &&
           line.shape.rank() < 7;
  }

  tg::RandomStream choose_;
  Sizes sizes_;
  bool is_large_, has_slope_ = false;
  std::vector<Line> lines_;
  std::vector<Term> terms_;    // of the loss
  std::int64_t elements_ = 0;  // of the leaves
  std::set<const Row*> rows_run_;
  std::string complaint_;
};

}  // namespace random_graph
