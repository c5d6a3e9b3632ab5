// The public face of tinygrad_cpp: every public name once, with its arguments and what it gives back.
// It must compile with g++ 12 and clang++ 14, warnings as errors, against tinygrad_cpp/tinygrad.hpp alone, link, and run with exit status 0
// (it writes face.safetensors where it is run).
// Programs outside the repository are compiled against these names; add to them freely, change one only with a reason.
#include <fmt/format.h>

#include <map>
#include <span>
#include <string>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

using namespace tg;

static void values_and_shapes() {
  manual_seed(0);
  Tensor nothing;                                               // undefined
  bool defined = nothing.defined();
  Tensor column = tensor({{1}, {2}, {3}});                      // [3, 1]; any depth, ragged is an Error
  Tensor matrix = tensor({{1, 2}, {3, 4}}), vector = tensor({1, 2.5}), number = tensor(3);
  Tensor filled(Shape{2, 3}, std::vector<Real>(6, Real(0.5)));  // row-major
  Tensor z = zeros({2, 3}), o = ones({2}), f = full({2}, 0.1), r = arange(5, 0, -1), n = randn({2, 3}), u = uniform({4}, -1, 1);
  const Shape& shape = n.shape();
  int rows = n.dim(0), last = n.dim(-1), rank = n.rank();
  std::int64_t size = n.size();
  std::span<const Real> seen = n.values();                      // of a named tensor; of a temporary it is a std::vector<Real>
  std::vector<Real> kept = (n * 2).values();
  Real one = n.at({1, 2}), item = number.item();
  Tensor copy = n.clone(), cut = n.detach();                    // own values; shared values, no history
  n.assign(filled);                                             // overwrite a leaf's values: how an optimizer is written
  Indices ids = indices({{1, 2}, {0, 1}});                      // integers with a shape: class labels, token ids
  int id = ids.at({0, 1});
  std::string text = fmt::format("{} {} {}", matrix, shape, ids);
  (void)defined, (void)rows, (void)last, (void)rank, (void)size, (void)seen, (void)one, (void)item, (void)id;
}

static void operations() {
  Tensor a = randn({2, 3}), b = randn({2, 3});
  Tensor sums = a + b - a * b / (abs(b) + 1), scaled = 2 * a - 1 + 0.5 * -b;
  Tensor curves = exp(a) + log(abs(a) + 1) + sqrt(abs(a)) + pow(a, 2) + tanh(a) + sigmoid(a) + relu(a) + softplus(a) + clamp(a, -1, 1);
  Tensor chosen = where(a > b, maximum(a, b), minimum(a, 0)), mask = (a >= 0) * (a <= 1) * (a < b);   // 0 or 1, no gradient
  Tensor all = sum(a), one = sum(a, -1), kept = sum(a, {0, 1}, keepdim), middle = mean(a, 0), top = max(a, 1), low = min(a);
  Tensor length = norm(a, -1, keepdim), stable = logsumexp(a, -1), p = softmax(a), q = log_softmax(a, 0), running = cumsum(a, 1);
  [[maybe_unused]] Indices best = argmax(a, -1);
  Tensor product = matmul(a, transpose(b)), batched = matmul(randn({4, 2, 3}), randn({4, 3, 5}));
  Tensor turned = permute(randn({2, 3, 4}), {2, 0, 1}), reshaped = reshape(a, {3, 2}), part = slice(a, 1, 0, 2), flipped = flip(a, 0);
  Tensor joined = concat({a, b}, 0), stacked = stack({a, b}, 1), rolled = roll(a, 1, 1), padded = pad(a, 1, 2, 0), wide = broadcast_to(tensor({{1}, {2}}), {2, 3});
  std::vector<Tensor> steps = unstack(randn({2, 5, 3}), 1);
  Tensor picked = gather(a, 1, indices({{0, 2}, {1, 1}})), hot = one_hot(indices({0, 2}), 3);
}

static void gradients() {
  Tensor w = randn({3, 2}).requires_grad(true), x = randn({4, 3});
  Tensor loss = mean(pow(matmul(x, w), 2));
  loss.backward({.retain_graph = true});
  const Tensor& g = w.grad();
  bool has = w.has_grad(), needs = w.requires_grad();
  w.zero_grad();
  std::vector<Tensor> first = grad(loss, {w}, {.create_graph = true});
  std::vector<Tensor> second = grad(sum(first[0]), {w});
  {
    NoGrad off;
    AnomalyMode on;                                             // names the operation that first makes a NaN or an infinity
    Tensor y = matmul(x, w);
  }
  std::string table = explain(mean(matmul(x, w))), dot = graphviz(mean(matmul(x, w)));
  std::size_t nodes = live_nodes();
  // An operation of one's own: value, inputs, and one rule per input, called only for inputs that need a gradient.
  auto cube = [](const Tensor& in) {
    return record("cube", map(in, [](Real v) { return v * v * v; }), {in}, {[](const Tensor& up, const Tensor&, Inputs inputs) { return up * 3 * pow(inputs[0], 2); }});
  };
  GradcheckResult check = gradcheck([&](Inputs inputs) { return cube(inputs[0]); }, {x}, {.second_order = true});   // Error in the float build
  (void)g, (void)has, (void)needs, (void)nodes, (void)check.ok, (void)check.worst, (void)check.text;
}

struct Tagger {
  nn::Embedding embedding{30, 8};
  nn::BiLSTM lstm{8, 16};
  nn::Dropout dropout{0.2};
  nn::Dense dense{32, 5};
  Tensor operator()(const Indices& ids, const std::vector<int>& lengths, nn::Mode mode) const {
    return dense(dropout(lstm(embedding(ids), {.lengths = lengths}).sequence, mode));
  }
  nn::Parameters parameters() const { return {{"embedding", embedding}, {"lstm", lstm}, {"dense", dense}}; }
};

static void layers() {
  nn::Dense dense(3, 4), no_bias(3, 4, {.bias = false});
  Tensor y = dense(randn({2, 7, 3}));                           // acts on the last axis, at every step: [2, 7, 4]
  Tensor dense_weight = dense.weight, dense_bias = dense.bias;  // [in, out], [out]
  nn::LSTM lstm(3, 5);                                          // weight_x [in, 4H], weight_h [H, 4H], bias [4H]; gates i f g o
  nn::LSTMOutput out = lstm(randn({2, 7, 3}), {.lengths = {7, 4}, .initial_state = lstm.zero_state(2), .reverse = true});
  Tensor sequence = out.sequence, h = out.state.h, c = out.state.c;   // [B, T, H], zero after each length; [B, H]
  Tensor weights[] = {lstm.weight_x, lstm.weight_h, lstm.bias};
  nn::LSTMCell cell(3, 5);
  nn::LSTMState state = cell(randn({2, 3}), cell.zero_state(2));
  nn::BiLSTM both(3, 5);                                        // .forward and .backward are LSTMs; outputs 2H wide
  nn::LSTMOutput two = both(randn({2, 7, 3}), {.lengths = {7, 4}});
  nn::PReLU prelu(4);                                           // .slope [4]
  Tensor activated = nn::Softmax{}(prelu(y)) + nn::Sigmoid{}(y);
  Tagger tagger;
  Tensor scores = tagger(indices({{1, 2, 0}, {3, 0, 0}}), {2, 1}, nn::Mode::train);
  nn::Parameters parameters = tagger.parameters();
  for (const auto& [name, tensor] : parameters) (void)name.size(), (void)tensor.size();
  std::int64_t count = parameters.count();
  const auto best = nn::snapshot(parameters);                       // own copies; copying a layer shares its weights
  nn::restore(parameters, best);
  std::map<std::string, std::string> about = {{"step", "12"}};
  save("face.safetensors", parameters, about);
  about = load("face.safetensors", parameters);
  optim::Adam adam(parameters);
  save("face.safetensors", {{"model", parameters}, {"adam", adam.state()}}, about);   // a checkpoint
  (void)count, (void)state, (void)two, (void)weights;
}

static void losses() {
  Tensor prediction = sigmoid(randn({4, 6})), target = uniform({4, 6}, 0, 1), steps = sequence_mask({6, 5, 1, 3}, 6);
  Tensor plain = mse_loss(prediction, target), each = mse_loss(prediction, target, {.reduction = Reduction::none});
  Tensor masked = mse_loss(prediction, target, {.mask = steps}), weighted = mse_loss(prediction, target, {.weights = sqrt_count_weights(6)});   // [1, 6]
  Tensor same = masked_mean(each, steps);                       // equal to `masked` where nothing masked is NaN
  Tensor bce = binary_cross_entropy(prediction, target), raw = binary_cross_entropy_with_logits(randn({4, 6}), target);
  Tensor ce = cross_entropy(randn({2, 3, 5}), indices({{1, 2, 0}, {4, 0, 0}}), {.mask = sequence_mask({3, 1}, 3)});
  Tensor p = softmax(randn({4, 6})), q = softmax(randn({4, 6}));
  Tensor kl = kl_divergence(p, q), both = symmetric_kl_divergence(p, q, {.reduction = Reduction::none}), hinge = hinge_loss(randn({4}), tensor({1, -1, 1, -1}), {.margin = 2, .reduction = Reduction::sum, .mask = tensor({1, 1, 1, 0})});
}

static void optimizers() {
  Tagger model;
  optim::SGD sgd(model.parameters(), {.lr = 0.1, .momentum = 0.9});
  optim::RMSprop rms(model.parameters(), {.lr = 1e-3});
  optim::Adam adam(model.parameters(), {.lr = 3e-3, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8, .weight_decay = 0});
  Tensor loss = mean(model(indices({{1, 2, 0}}), {3}, nn::Mode::eval));
  adam.zero_grad();
  loss.backward();
  double norm_before = optim::clip_grad_norm(model.parameters(), 5);
  adam.lr(optim::cosine(10, 100, 3e-3));                        // step, total, base
  adam.step();
  nn::Parameters state = adam.state();                          // what a checkpoint must hold besides the weights
  std::string stream = random_state();                          // and the random stream
  random_state(stream);
  (void)norm_before;
}

int main() {
  values_and_shapes();
  operations();
  layers();
  losses();
  optimizers();
  try {
    gradients();
  } catch (const Error& error) {                                // gradcheck in the float build says which flag to use
    fmt::print("{}\n", error.what());
  }
}
