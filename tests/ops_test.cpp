#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "loss_table.hpp"
#include "program.hpp"
#include "support.hpp"
#include "tinygrad_cpp/autograd/node.hpp"

using namespace tg;

namespace {

void collect_ops(const Tensor& tensor, std::set<std::string>& ops) {
  ops.insert(tensor.node()->op);
  for (const Tensor& input : tensor.node()->inputs()) collect_ops(input, ops);
}

// What a row leaves open is drawn from each of these seeds.
constexpr std::array<std::uint64_t, 4> seeds = {7, 8, 9, 10};

std::vector<Tensor> tracked(const op_table::Row& row, std::uint64_t seed) {
  manual_seed(seed);
  std::vector<Tensor> inputs;
  for (const op_table::Input& input : row.inputs(op_table::Choices(seed)))
    inputs.push_back(input.values.detach().requires_grad(true));
  return inputs;
}

std::string text_of(const std::filesystem::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::set<std::string> matches_in(const std::string& text, const std::regex& pattern) {
  std::set<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match)
    found.insert((*match)[1]);
  return found;
}

}  // namespace

TEST_CASE("op table: every gradient agrees with differences, to second order") {
  if (!is_double) return;
  for (const auto& rows : {op_table::rows(), op_table::loss_rows()})
    for (const op_table::Row& row : rows) {
      double largest = 0, largest_second = 0;
      bool agrees = true;
      for (std::uint64_t seed : seeds) {
        INFO(std::string(row.op), ", ", std::string(row.shapes), ", seed ", seed);
        const op_table::Choices any(seed);
        const auto f = [&](Inputs in) { return row.call.run(in, any); };
        const GradcheckResult result = gradcheck(f, tracked(row, seed), {.second_order = true});
        INFO(result.text);
        CHECK(result.ok);
        agrees = agrees && result.ok;
        // Used twice, the second use finds a sum to add to, which some operations do in place.
        const GradcheckResult twice = gradcheck([&](Inputs in) { return f(in) + f(in); }, tracked(row, seed));
        INFO(twice.text);
        CHECK(twice.ok);
        largest = std::max(largest, result.largest);
        largest_second = std::max(largest_second, result.largest_second);
      }
      INFO(std::string(row.op), ", ", std::string(row.shapes));
      CHECK(largest > 1e-3);  // not vacuous
      if (!row.linear && agrees) CHECK(largest_second > 1e-3);
    }
}

TEST_CASE("op table: inputs off kinks reach every piece between them") {
  for (std::uint64_t seed : {1, 2, 3, 4, 5}) {
    manual_seed(seed);
    const Tensor x = op_table::off({-0.4, 0.9}, {4}).values;
    CHECK(x.at({0}) < -0.4);
    CHECK((-0.4 < x.at({1}) && x.at({1}) < 0.9));
    CHECK(x.at({2}) > 0.9);
  }
  CHECK(fails_with([] { op_table::off({-3, 3}, {4}); }, "a kink at -3; at most 2 is reached"));
}

TEST_CASE("op table: every operation that the sources record has a row, and every row runs its operation") {
  std::set<std::string> recorded, tabled;
  for (const auto& file : std::filesystem::recursive_directory_iterator(project_path / "tinygrad_cpp"))
    if (file.path().extension() == ".cpp")
      recorded.merge(matches_in(text_of(file.path()), std::regex("record\\(\\s*\"([a-z_0-9]+)\"")));
  for (const op_table::Row& row : op_table::rows()) {
    std::set<std::string> ran;
    for (std::uint64_t seed : seeds)
      collect_ops(row.call.run(tracked(row, seed), op_table::Choices(seed)), ran);
    CHECK_MESSAGE(ran.contains(row.op), "a row of ", std::string(row.op), " does not run it");
    tabled.insert(row.op);
  }
  for (const std::string& op : recorded)
    CHECK_MESSAGE(tabled.contains(op), "record(\"", op, "\", ...) has no row in tests/op_table.hpp");
  for (const std::string& op : tabled)
    CHECK_MESSAGE(recorded.contains(op), "tests/op_table.hpp has a row \"", op,
                  "\", which no source records");
}

TEST_CASE("op table: every public function that gives a tensor is called by a row, every loss too") {
  std::string calls;
  for (const auto& rows : {op_table::rows(), op_table::loss_rows()})
    for (const op_table::Row& row : rows) calls += row.call.text + std::string("\n");
  const std::regex include("#include \"(tinygrad_cpp/(?:ops|losses)/[a-z_]+\\.hpp)\""),
      declaration("\nTensor ([a-z_0-9]+)\\(");
  std::size_t seen = 0;
  for (const std::string& header : matches_in(text_of(project_path / "tinygrad_cpp/tinygrad.hpp"), include))
    for (const std::string& name : matches_in(text_of(project_path / header), declaration)) {
      const bool is_operator = std::set<std::string>{"sub", "mul", "div", "affine"}.contains(name);
      CHECK_MESSAGE((is_operator || std::regex_search(calls, std::regex("\\b" + name + "\\("))), header,
                    " declares ", name, ", which no row calls: tests/op_table.hpp, tests/loss_table.hpp");
      ++seen;
    }
  CHECK(seen > 50);
}

TEST_CASE("gradients at kinks and edges") {
  const auto gradient = [](auto f, const Tensor& at) -> std::vector<Real> {
    const Tensor x = at.clone().requires_grad(true);
    f(x).backward();
    const std::span<const Real> values = x.grad().values();
    return {values.begin(), values.end()};
  };
  CHECK(matches(gradient([](auto& x) { return sum(maximum(x, x.detach())); }, tensor({1, 2})), {0.5, 0.5}));
  CHECK(matches(gradient([](auto& x) { return max(x); }, tensor({3, 1, 3})), {0.5, 0, 0.5}));
  CHECK(matches(gradient([](auto& x) { return sum(clamp(x, 0, 1)); }, tensor({-0.5, 0, 0.5, 1, 1.5})),
                {0, 1, 1, 1, 0}));
  CHECK(matches(gradient([](auto& x) { return sum(abs(x)); }, tensor({-2, 0, 2})), {-1, 0, 1}));
  CHECK(matches(gradient([](auto& x) { return norm(x); }, tensor({0, 0})), {0, 0}));
  CHECK(matches(gradient([](auto& x) { return norm(x); }, tensor({3, 4})), {0.6, 0.8}));
  CHECK(matches(gradient([](auto& x) { return sum(pow(x, 0)) + sum(pow(x, 1)); }, tensor({0, 2})), {1, 1}));
  CHECK(std::isinf(gradient([](auto& x) { return sum(sqrt(x)); }, tensor({0}))[0]));
}

TEST_CASE("infinities and NaN come out as they should") {
  const double inf = INFINITY;
  // 67 elements: whole vectors and a tail, which are different code.
  const auto everywhere = [](const Tensor& a, double value) {
    return std::all_of(a.values().begin(), a.values().end(),
                       [=](Real v) { return static_cast<double>(v) == value; });
  };
  const Shape many{67};
  CHECK(everywhere(exp(full(many, -inf)), 0));
  CHECK(everywhere(exp(full(many, -1000)), 0));
  CHECK(everywhere(exp(full(many, inf)), inf));
  CHECK(everywhere(exp(full(many, 0)), 1));
  CHECK(everywhere(log(full(many, 0)), -inf));
  CHECK(everywhere(tanh(full(many, inf)), 1));
  CHECK(everywhere(tanh(full(many, -inf)), -1));
  CHECK(everywhere(sigmoid(full(many, -inf)), 0));
  CHECK(everywhere(sigmoid(full(many, inf)), 1));
  for (const Tensor& a :
       {exp(full(many, NAN)), log(full(many, -1)), tanh(full(many, NAN)), sigmoid(full(many, NAN))})
    CHECK(std::all_of(a.values().begin(), a.values().end(), [](Real v) { return std::isnan(v); }));
  CHECK(argmax(tensor({1, NAN, 2}), 0).at({}) == 1);
  CHECK(log(tensor({0})).item() == -inf);
  CHECK(sigmoid(tensor({-inf, inf})).at({0}) == 0);
  CHECK(sigmoid(tensor({-inf, inf})).at({1}) == 1);
  CHECK(tanh(tensor({-inf, inf})).at({0}) == -1);
  CHECK(softplus(tensor({-1000, 1000})).at({0}) == 0);
  CHECK(softplus(tensor({-1000, 1000})).at({1}) == 1000);
  CHECK(logsumexp(tensor({-inf, -inf})).item() == -inf);
  CHECK(logsumexp(tensor({1000, 1000})).item() == doctest::Approx(1000 + std::log(2)));
  CHECK(std::isnan(max(tensor({1, NAN, 2})).item()));
  CHECK(std::isnan(relu(tensor({NAN})).item()));
  CHECK(std::isnan(maximum(tensor({NAN}), 1).item()));
  CHECK(where(tensor({1, 0}), tensor({1, NAN}), tensor({NAN, 2})).at({1}) == 2);

  // A select before the arithmetic keeps a division by zero out of the gradient; one after it cannot.
  const Tensor x = tensor({1, 0}).requires_grad(true), mask = tensor({1, 0});
  sum(where(mask, 1 / where(mask, x, 1), 0)).backward();
  CHECK(matches(x.grad().values(), {-1, 0}));
  x.zero_grad();
  sum(where(mask, 1 / x, 0)).backward();
  CHECK(std::isnan(x.grad().at({1})));
  const Tensor all = tensor({-inf, -inf}).requires_grad(true);
  logsumexp(all).backward();
  CHECK(matches(all.grad().values(), {0, 0}));
}

TEST_CASE("softmax is not changed by a constant, and log_softmax keeps its digits") {
  manual_seed(1);
  const Tensor a = randn({3, 5});
  CHECK(close(softmax(a + 1000), softmax(a), is_double ? 1e-12 : 1e-4));
  CHECK(close(log_softmax(a), log(softmax(a))));
  CHECK(log_softmax(tensor({0, 1000})).at({0}) == -1000);
  CHECK(close(sum(softmax(a), -1), ones({3})));
}

TEST_CASE("values of the movements") {
  const Tensor a = tensor({{1, 2, 3}, {4, 5, 6}});
  CHECK(same(transpose(a), tensor({{1, 4}, {2, 5}, {3, 6}})));
  CHECK(same(slice(a, 1, 1, 3), tensor({{2, 3}, {5, 6}})));
  CHECK(same(slice(a, 1, -1, 3), tensor({{3}, {6}})));
  CHECK(same(flip(a, 0), tensor({{4, 5, 6}, {1, 2, 3}})));
  CHECK(same(roll(a, 1, 1), tensor({{3, 1, 2}, {6, 4, 5}})));
  CHECK(same(roll(a, -4, 1), tensor({{2, 3, 1}, {5, 6, 4}})));
  CHECK(same(pad(a, 1, 1, 0, 9), tensor({{9, 1, 2, 3}, {9, 4, 5, 6}})));
  CHECK(same(concat({a, a}, 1), tensor({{1, 2, 3, 1, 2, 3}, {4, 5, 6, 4, 5, 6}})));
  CHECK(same(stack({a, -a}, 2), tensor({{{1, -1}, {2, -2}, {3, -3}}, {{4, -4}, {5, -5}, {6, -6}}})));
  CHECK(same(unstack(a, 1)[2], tensor({3, 6})));
  CHECK(same(gather(a, 1, indices({{0, 2}, {1, 1}})), tensor({{1, 3}, {5, 5}})));
  CHECK(same(one_hot(indices({0, 2}), 3), tensor({{1, 0, 0}, {0, 0, 1}})));
  CHECK(same(cumsum(a, 1), tensor({{1, 3, 6}, {4, 9, 15}})));
  CHECK(same(reshape(a, {-1, 2}), tensor({{1, 2}, {3, 4}, {5, 6}})));
  CHECK(
      same(permute(reshape(arange(8), {2, 2, 2}), {2, 0, 1}), tensor({{{0, 2}, {4, 6}}, {{1, 3}, {5, 7}}})));
  CHECK(argmax(a, 1).at({1}) == 2);
}

TEST_CASE("reductions agree with plain loops, over any axes") {
  manual_seed(3);
  const Tensor a = randn({2, 3, 4, 5});
  for (int bits = 1; bits < 16; ++bits) {
    std::vector<int> axes;
    for (int i = 0; i < 4; ++i)
      if (bits >> i & 1) axes.push_back(i);
    AxisSet set;
    for (int axis : axes) set.insert(axis);
    const Shape shape = keep_axes(a.shape(), set);
    std::vector<Real> total(static_cast<std::size_t>(shape.size()), 0), top(total.size(), -INFINITY);
    for (int i = 0; i < 2; ++i)
      for (int j = 0; j < 3; ++j)
        for (int k = 0; k < 4; ++k)
          for (int l = 0; l < 5; ++l) {
            const auto at = static_cast<std::size_t>(
                offset_of("test", shape, {i % shape[0], j % shape[1], k % shape[2], l % shape[3]}));
            total[at] += a.at({i, j, k, l});
            top[at] = std::max(top[at], a.at({i, j, k, l}));
          }
    CAPTURE(shape.rank());
    const Axes chosen = axes.size() == 1   ? Axes(axes[0])
                        : axes.size() == 2 ? Axes{axes[0], axes[1]}
                        : axes.size() == 3 ? Axes{axes[0], axes[1], axes[2]}
                                           : Axes::all();
    CHECK(close(sum(a, chosen, keepdim), Tensor(shape, total), is_double ? 1e-12 : 1e-5));
    CHECK(same(max(a, chosen, keepdim), Tensor(shape, top)));
    CHECK(sum(a, chosen).shape() == drop_axes(a.shape(), set));
  }
}

TEST_CASE("vectorised functions agree with the C library's") {
  manual_seed(8);
  const Tensor x = 3 * randn({1001}), e = exp(x), l = log(e), t = tanh(x), s = sigmoid(x);
  for (std::size_t i = 0; i < 1001; ++i) {
    const auto v = static_cast<double>(x.values()[i]);
    const double tolerance = is_double ? 1e-12 : 3e-6;
    CHECK(close(static_cast<double>(e.values()[i]) / std::exp(v), 1.0, tolerance));
    CHECK(close(static_cast<double>(l.values()[i]), v, tolerance));
    CHECK(close(static_cast<double>(t.values()[i]), std::tanh(v), tolerance));
    CHECK(close(static_cast<double>(s.values()[i]), 1 / (1 + std::exp(-v)), tolerance));
  }
}

TEST_CASE("shapes with no elements go through everything that can take them") {
  const Tensor none = zeros({1000, 3, 0}).requires_grad(true);
  CHECK(same(sum(none, 1), zeros({1000, 0})));
  CHECK(same(max(none, 1), zeros({1000, 0})));
  CHECK(same(sum(none), 0));
  CHECK(softmax(zeros({2, 0})).shape() == Shape{2, 0});
  CHECK(softmax(zeros({3, 0}), 0).shape() == Shape{3, 0});
  CHECK(log_softmax(zeros({0, 3})).shape() == Shape{0, 3});
  CHECK(same(matmul(zeros({2, 3, 0}), zeros({0, 4})), zeros({2, 3, 4})));
  CHECK(concat({none, none}, 2).shape() == Shape{1000, 3, 0});
  CHECK(transpose(none).shape() == Shape{1000, 0, 3});
  CHECK((none + ones({3, 1})).shape() == Shape{1000, 3, 0});
  sum(broadcast_to(zeros({20, 1, 0}).requires_grad(true), {20, 3, 0})).backward();
  const Tensor rolled = tensor({1, 2}), whole = roll(rolled, 2, 0);
  whole.assign(tensor({0, 0}));
  CHECK(rolled.at({0}) == 1);  // not the same tensor
}

TEST_CASE("the gradient of a reshape has values of its own") {
  const Tensor x = ones({2, 3}).requires_grad(true), flat = reshape(x, {6}), up = ones({6});
  const std::vector<Tensor> gradients = grad(flat, {x, flat}, {.upstream = up});
  gradients[0].assign(zeros({2, 3}));
  CHECK(same(gradients[1], up));
  CHECK(same(up, ones({6})));
}

TEST_CASE("arange is empty when it counts the wrong way") {
  CHECK(arange(5, 0).size() == 0);
  CHECK(same(arange(5, 0, -1), tensor({5, 4, 3, 2, 1})));
  CHECK(same(arange(0, 1, 0.25), tensor({0, 0.25, 0.5, 0.75})));
}
