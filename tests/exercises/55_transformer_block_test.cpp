#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// sin(n + 2 i) for element i.
Tensor wave(int n, const Shape& shape) {
  std::vector<Real> values;
  for (std::int64_t i = 0; i < shape.size(); ++i) values.push_back(std::sin(n + 2 * static_cast<double>(i)));
  return Tensor(shape, values);
}

exercise::Block waves() {
  exercise::Block block(4, 3);
  int n = 2;
  for (nn::Dense* layer : {&block.q, &block.k, &block.v, &block.out, &block.up, &block.down})
    layer->weight.assign(wave(n++, layer->weight.shape()));
  for (nn::Dense* layer : {&block.q, &block.k, &block.v, &block.out, &block.up, &block.down})
    layer->bias.assign(wave(n++, layer->bias.shape()));
  for (Tensor* weight : {&block.first.scale, &block.first.shift, &block.second.scale, &block.second.shift})
    weight->assign(wave(n++, {4}));
  return block;
}

void close_part(nn::Dense& layer) {
  layer.weight.assign(zeros(layer.weight.shape())), layer.bias.assign(zeros(layer.bias.shape()));
}

}  // namespace

TEST_CASE("both parts closed: the input passes") {
  exercise::Block block = waves();
  close_part(block.out), close_part(block.down);
  const Tensor x = wave(1, {1, 3, 4});
  const Tensor got = block(x);
  CHECK_MESSAGE(!near(got, zeros({1, 3, 4})), "each part is added to its input");
  CHECK_MESSAGE(!near(got, block.second(block.first(x))),
                "the norm stands in front of each part, and not on the way past it");
  CHECK_MESSAGE(!near(got, block.second(block.first(x) + x) + x),
                "what is normalised goes into the part alone; added is x itself");
  CHECK(near(got, x));
}

TEST_CASE("one part at a time") {
  const Tensor x = wave(1, {1, 3, 4});
  {
    exercise::Block block = waves();
    close_part(block.out);
    const auto after = [&](const Tensor& m) { return block.down(relu(block.up(m))); };
    const Tensor got = block(x);
    CHECK_MESSAGE(!near(got, x + after(x)), "the second part gets y as it is: normalise it first");
    CHECK_MESSAGE(!near(got, x + after(block.first(x))), "the second part has a norm of its own, `second`");
    CHECK_MESSAGE(!near(got, x + block.down(block.up(block.second(x)))),
                  "relu is missing between up and down");
    CHECK(near(got, x + after(block.second(x))));
  }
  exercise::Block block = waves();
  close_part(block.down);
  const Tensor n = block.first(x), mask = causal_mask(3), got = block(x);
  const auto attended = [&](const Tensor& in, const AttentionOptions& options) {
    return x + block.out(attention(block.q(in), block.k(in), block.v(in), options));
  };
  CHECK_MESSAGE(!near(got, attended(n, {})),
                "no mask: each place looks at later ones, and so at what it must say");
  CHECK_MESSAGE(!near(got, attended(n, {.mask = transpose(mask)})),
                "the mask is turned: places look at later ones");
  CHECK_MESSAGE(!near(got, attended(x, {.mask = mask})), "attention gets x as it is: normalise it first");
  CHECK(near(got, attended(n, {.mask = mask})));
}

TEST_CASE("PyTorch's numbers") {
  // TransformerEncoderLayer(4, 1, 3, dropout=0, norm_first=True), these weights, a causal mask.
  INFO("the second part works on y, the result of the first, and is added to it");
  CHECK(near(waves()(wave(1, {1, 3, 4})),
             tensor({{{1.259912928494, -5.825122123274, 3.588299359709, 2.838603269020},
                      {0.936250762054, -6.994427294644, 4.885166822196, 2.928533856520},
                      {-0.119109874073, -5.893327343005, 5.024088935130, 1.711809909234}}})));
}

TEST_CASE("later places change nothing") {
  manual_seed(1);
  const exercise::Block block(4, 8);
  const Tensor x = randn({2, 5, 4}), other = concat({slice(x, 1, 0, 3), randn({2, 2, 4})}, 1);
  INFO("places 0 to 2 must not depend on places 3 and 4");
  CHECK(near(slice(block(other), 1, 0, 3), slice(block(x), 1, 0, 3)));
}

TEST_CASE("the parameters, and their gradients") {
  manual_seed(2);
  const exercise::Block block(4, 3);
  {
    INFO("two norms of 2 x 4 numbers, four layers of 4 x 4 + 4, and up and down");
    CHECK(block.parameters().count() == 2 * 8 + 4 * 20 + 15 + 16);
  }
  const Tensor x = randn({1, 3, 4});
  const GradcheckResult result = gradcheck(block.parameters(), [&] { return block(x); });
  INFO("gradcheck(parameters, loss). " << result.text);
  CHECK(result.ok);
}
