// Programs drawn at random over all operations, losses and recurrent layers. Their vocabulary is the op table
// (op_table.hpp, loss_table.hpp): an operation that has a row there is in them. A seed decides a program. One
// that fails prints its seed, the shortest beginning that fails, and what of it is needed. Other programs
// than the usual ones are chosen by the first seed and how many:
//   RANDOM_GRAPHS=5000:20000 build/double/tests -tc='random graphs*'
#include "random_graph.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <sstream>

#include "program.hpp"
#include "support.hpp"
#include "tinygrad_cpp/autograd/node.hpp"

using namespace tg;
using random_graph::Graph;
using random_graph::Sizes;
using random_graph::Values;

namespace {

/// The first seed and how many, unless RANDOM_GRAPHS says others.
struct Seeds {
  std::uint64_t first = 1, count;
  explicit Seeds(std::uint64_t usual) : count(usual) {
    if (const char* asked = std::getenv("RANDOM_GRAPHS")) {
      char colon = 0;
      REQUIRE(static_cast<bool>(std::istringstream(asked) >> first >> colon >> count));
    }
  }
  /// Fails where `wrong` says what is wrong with a program. Of the first such one, prints the shortest
  /// beginning, and the one term of the loss, that fail.
  bool check(Sizes sizes, const std::function<std::string(const Graph&)>& wrong) const {
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
      const auto failure = [&](int steps, std::optional<std::size_t> term = {}) -> std::string {
        Graph graph(seed, sizes, steps);
        if (term && *term >= graph.terms()) return "";
        if (term) graph.keep_term(*term);
        std::string text = graph.complaint();
        try {
          if (text.empty()) text = wrong(graph);
        } catch (const std::exception& error) {
          text = error.what();
        }
        return text.empty() ? "" : fmt::format("seed {}: {}\n{}", seed, text, graph.text());
      };
      const std::size_t nodes = live_nodes();
      std::string text = failure(100);
      CHECK_MESSAGE(live_nodes() == nodes, "seed ", seed, " leaves tensors alive");
      if (text.empty()) continue;
      int steps = 1;
      for (std::string shorter; shorter.empty() && steps < 100; ++steps)
        if (shorter = failure(steps); !shorter.empty()) text = shorter;
      for (std::size_t term = 0; term < 10; ++term)
        if (const std::string shorter = failure(steps - 1, term); !shorter.empty()) text = shorter;
      FAIL_CHECK(text);
      return false;
    }
    return true;
  }
};

/// The loss, then of each leaf the gradients of first and second order and what backward leaves in it;
/// undefined where nothing flows.
Values results(const Graph& graph) {
  const Values leaves = graph.leaves();
  const Tensor loss = graph.loss(leaves);
  Values all = {loss.detach()};
  all.resize(1 + 3 * leaves.size());
  if (!loss.requires_grad()) return all;
  Tensor slope = 0;
  const Values first = grad(loss, leaves, {.create_graph = true, .zero_if_unused = true});
  for (const Tensor& g : first) slope = slope + sum(g * randn(g.shape()));
  const Values second =
      slope.requires_grad() ? grad(slope, leaves, {.zero_if_unused = true}) : Values(leaves.size());
  loss.backward();
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    all[1 + 3 * i] = first[i].detach();
    all[2 + 3 * i] = second[i];
    if (leaves[i].has_grad()) all[3 + 3 * i] = leaves[i].grad();
  }
  return all;
}

/// What is wrong with the results of a program, or nothing.
std::string odd(const Graph& graph, const Values& results) {
  const Values leaves = graph.leaves();
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i].defined()) continue;
    for (Real v : results[i].values())
      if (!std::isfinite(v)) return "a value or a gradient is not finite";
    if (i > 0 && results[i].shape() != leaves[(i - 1) / 3].shape())
      return "a gradient has another shape than its leaf";
  }
  return "";
}

}  // namespace

TEST_CASE("random graphs: every gradient agrees with differences, to second order") {
  if (!is_double) return;
  std::uint64_t seen = 0;
  const Seeds seeds(1000);
  const bool ok = seeds.check(Sizes::small, [&](const Graph& graph) -> std::string {
    const GradcheckResult result =
        gradcheck([&](Inputs leaves) { return graph.loss(leaves); }, graph.leaves(), {.second_order = true});
    seen += result.largest > 1e-3;
    return result.ok ? "" : result.text;
  });
  if (!ok) return;
  MESSAGE(seen, " of ", seeds.count, " programs have a derivative above 1e-3");
  CHECK(seen > seeds.count * 4 / 5);  // the others are flat: a softmax of one number, where(t, ..)
}

TEST_CASE("random graphs: values and gradients are finite, and gradients have the shapes of leaves") {
  std::set<const random_graph::Row*> ran;
  std::set<std::string> ops;
  Seeds(1000).check(Sizes::small, [&](const Graph& graph) {
    ran.insert(graph.rows_run().begin(), graph.rows_run().end());
    const Values leaves = graph.leaves();
    for (const Tensor& tensor : nodes_behind(graph.loss(leaves))) ops.insert(tensor.node()->op);
    return odd(graph, results(graph));
  });
  // The op table's own test holds its names equal to those that the sources record.
  if (std::getenv("RANDOM_GRAPHS") != nullptr) return;
  for (const random_graph::Row& row : random_graph::rows())
    CHECK_MESSAGE(ran.contains(&row), "no program ran the row ", std::string(row.op), ", ",
                  std::string(row.shapes));
  for (const op_table::Row& row : op_table::rows())
    CHECK_MESSAGE(ops.contains(row.op), "no program ran the operation ", std::string(row.op));
}

TEST_CASE("random graphs: with axes of size 0 they run or say in words why not") {
  Seeds(500).check(Sizes::empty, [&](const Graph& graph) -> std::string {
    if (graph.is_empty() || graph.leaves().empty()) return "";
    if (is_double) {
      const GradcheckResult result = gradcheck([&](Inputs leaves) { return graph.loss(leaves); },
                                               graph.leaves(), {.second_order = true});
      if (!result.ok) return result.text;
    }
    return odd(graph, results(graph));
  });
}

TEST_CASE("random graphs: the same bits on 1, 2 and 4 threads") {
  // A process has as many threads as it began with, so this test starts itself. PRINT_BITS tells the child.
  const Seeds seeds(120);
  if (std::getenv("PRINT_BITS") != nullptr) {
    seeds.check(Sizes::large, [&](const Graph& graph) {
      const Values all = results(graph);
      fmt::print("bits {}", graph.largest());
      for (const Tensor& result : all)
        if (result.defined()) fmt::print(" {:x}", hash_of(result.values()));
      fmt::print("\n");
      return odd(graph, all);
    });
    return;
  }
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const auto bits_on = [&](int threads) {
    const Printed printed = run_program({self, "-tc=random graphs: the same bits*"},
                                        {fmt::format("OMP_NUM_THREADS={}", threads), "PRINT_BITS=1",
                                         fmt::format("RANDOM_GRAPHS={}:{}", seeds.first, seeds.count)});
    CHECK_MESSAGE(printed.status == 0, printed.text);
    std::vector<std::string> lines;
    std::istringstream text(printed.text);
    for (std::string line; std::getline(text, line);)
      if (line.starts_with("bits ")) lines.push_back(line);
    return lines;
  };
  const std::vector<std::string> alone = bits_on(1);
  REQUIRE(alone.size() == seeds.count);
  CHECK(std::count_if(alone.begin(), alone.end(), [](const std::string& line) {
          return std::stoll(line.substr(5)) > 65536;
        }) > static_cast<std::ptrdiff_t>(seeds.count / 4));
  for (int threads : {2, 4}) {
    const std::vector<std::string> bits = bits_on(threads);
    REQUIRE(bits.size() == alone.size());
    for (std::size_t i = 0; i < bits.size(); ++i)
      if (bits[i] != alone[i]) {
        FAIL_CHECK("seed ", seeds.first + i, " has other bits on ", threads, " threads than on one\n",
                   Graph(seeds.first + i, Sizes::large).text());
        break;
      }
  }
}
