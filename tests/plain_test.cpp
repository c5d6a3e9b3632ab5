#include <doctest/doctest.h>

#include "loss_table.hpp"
#include "random_graph.hpp"
#include "support.hpp"
#include "tinygrad_cpp/autograd/node.hpp"

using namespace tg;

// Backward in forty lines against the engine's.

namespace {

/// Whether the two agree for those of the xs on which y depends; to the last bit where that is asked.
bool agree(const Tensor& y, const std::vector<Tensor>& xs, bool bits = false) {
  std::vector<Tensor> reached;
  const std::vector<Tensor> all = grad(y, xs, {.zero_if_unused = true});
  for (const Tensor& x : xs) {
    try {
      reached.push_back(plain_grad(y, {x})[0]);
    } catch (const Error&) {
      reached.push_back(zeros(x.shape()));
    }
  }
  for (std::size_t i = 0; i < xs.size(); ++i)
    if (bits ? !same(reached[i], all[i]) : !close(reached[i], all[i])) return false;
  return true;
}

}  // namespace

TEST_CASE("plain backward: on every row of the op table and the loss table") {
  std::size_t seen = 0;
  for (const auto& rows : {op_table::rows(), op_table::loss_rows()})
    for (const op_table::Row& row : rows)
      for (const std::uint64_t seed : {7, 8}) {
        manual_seed(seed);
        const op_table::Choices any(seed);
        std::vector<Tensor> inputs;
        for (const op_table::Input& input : row.inputs(any))
          inputs.push_back(input.values.detach().requires_grad(true));
        const Tensor once = row.call.run(inputs, any);
        if (!once.requires_grad()) continue;
        INFO(std::string(row.op), ", ", std::string(row.shapes), ", seed ", seed);
        // The fused operations' rules are those of their reference implementations, which add in another order:
        // the double build compares those, to 1e-12.
        const std::vector<Tensor> nodes = nodes_behind(once);
        const bool is_fused = std::any_of(nodes.begin(), nodes.end(), [](const Tensor& node) {
          return node.node()->op == std::string("lstm") || node.node()->op == std::string("ctc_loss");
        });
        if (is_fused && !is_double) continue;
        CHECK(agree(sum(once * once), inputs, !is_fused));
        const Tensor twice = row.call.run(inputs, any) + row.call.run(inputs, any);
        CHECK(agree(sum(twice * twice), inputs));
        ++seen;
      }
  CHECK(seen > 150);
}

TEST_CASE("plain backward: a network that reads both ways, with CTC") {
  if (!is_double) return;
  manual_seed(3);
  const nn::BiLSTM lstm(4, 5);
  const nn::Dense dense(10, 3);
  const Tensor x = randn({2, 7, 4});
  const Tensor loss =
      ctc_loss(dense(lstm(x, {.lengths = {7, 5}}).sequence), {{1, 2}, {2}}, 0, {.lengths = {7, 5}});
  std::vector<Tensor> weights;
  for (const nn::Parameters& all : {lstm.parameters(), dense.parameters()})
    for (const auto& [name, weight] : all) weights.push_back(weight);
  CHECK(agree(loss, weights));
  CHECK(norm(plain_grad(loss, weights)[0]).item() > 1e-4);
}

TEST_CASE("plain backward: random programs") {
  if (!is_double) return;
  std::size_t seen = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const random_graph::Graph graph(seed, random_graph::Sizes::small);
    const random_graph::Values leaves = graph.leaves();
    const Tensor loss = graph.loss(leaves);
    if (!loss.requires_grad()) continue;
    ++seen;
    INFO("seed ", seed, "\n", graph.text());
    CHECK(agree(loss, leaves));
  }
  CHECK(seen > 150);
}

TEST_CASE("plain backward: what it refuses") {
  const Tensor x = tensor({1, 2}).requires_grad(true), other = tensor({1}).requires_grad(true);
  CHECK(fails_with([&] { plain_grad(x, {x}); }, "the result has shape"));
  CHECK(fails_with([&] { plain_grad(sum(x), {other}); }, "y does not depend on xs[0]"));
  const Tensor y = sum(x * x);
  CHECK(same(plain_grad(y, {x})[0], tensor({2, 4})));
  CHECK(same(plain_grad(y, {x})[0], tensor({2, 4})));  // the graph is as it was
  CHECK(!x.has_grad());
}
