// Every layer with random weights, or with those of a file, on a random batch: for check_torch.py and
// check_onnx.py, which compute the same with other frameworks.
// Usage: exchange OUT [WEIGHTS]: writes weights.NAME.*, in.NAME and out.NAME.
#include <fmt/format.h>

#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace {

using namespace tg;

struct Attention {
  nn::Dense query{6, 6}, key{6, 6}, value{6, 6}, out{6, 6};
  nn::Parameters parameters() const {
    return {{"query", query}, {"key", key}, {"value", value}, {"out", out}};
  }
};

// [B,T,D] -> [B,heads,T,D / heads]
Tensor heads_of(const Tensor& x) {
  return permute(reshape(x, {x.dim(0), x.dim(1), 2, x.dim(2) / 2}), {0, 2, 1, 3});
}

void write(const std::string& path, const std::string& given) {
  manual_seed(7);
  const nn::Dense dense(5, 4), bare(5, 4, {.bias = false});
  const nn::LSTM lstm(5, 3);
  const nn::BiLSTM bilstm(5, 3);
  const nn::GRU gru(5, 3);
  const nn::RNN rnn(5, 3);
  const nn::Embedding embedding(9, 4);
  const nn::LayerNorm norm(5);
  const nn::PReLU prelu(5);
  const Attention attends;
  const nn::Parameters weights = {{"dense", dense}, {"bare", bare},
                                  {"lstm", lstm},   {"bilstm", bilstm},
                                  {"gru", gru},     {"rnn", rnn},
                                  {"norm", norm},   {"embedding", embedding},
                                  {"prelu", prelu}, {"attention", attends}};
  // Biases that begin at 0 would hide a mistake in their order.
  for (auto [name, tensor] : weights) tensor.assign(0.7 * randn(tensor.shape()));
  if (!given.empty()) load(given, weights);

  const NoGrad off;
  const std::vector<int> lengths = {4, 7, 1};
  const Indices ids({3, 7}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 3, 5});
  const Tensor x = randn({3, 7, 5}), wide = randn({3, 7, 6});
  const auto one_way = lstm(x, {.lengths = lengths});
  const auto two_ways = bilstm(x, {.lengths = lengths});
  const auto gated = gru(x, {.lengths = lengths}), plain = rnn(x, {.lengths = lengths});
  const Tensor seen = attention(heads_of(attends.query(wide)), heads_of(attends.key(wide)),
                                heads_of(attends.value(wide)), {.mask = causal_mask(7)});
  const nn::Parameters out = {{"dense", dense(x)},
                              {"bare", bare(x)},
                              {"lstm", one_way.sequence},
                              {"lstm.h", one_way.state.h},
                              {"lstm.c", one_way.state.c},
                              {"bilstm", two_ways.sequence},
                              {"bilstm.h", two_ways.state.h},
                              {"bilstm.c", two_ways.state.c},
                              {"gru", gated.sequence},
                              {"gru.h", gated.state},
                              {"rnn", plain.sequence},
                              {"rnn.h", plain.state},
                              {"embedding", embedding(ids)},
                              {"norm", norm(x)},
                              {"prelu", prelu(x)},
                              {"attention", attends.out(reshape(permute(seen, {0, 2, 1, 3}), {3, 7, 6}))}};
  const std::span<const int> id_values = ids.values();
  const Tensor shown_ids({3, 7}, {id_values.begin(), id_values.end()});
  save(path, {{"weights", weights},
              {"in", nn::Parameters{{"x", x},
                                    {"wide", wide},
                                    {"ids", shown_ids},
                                    {"lengths", Tensor({3}, {lengths.begin(), lengths.end()})}}},
              {"out", out}});
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 2) fail("exchange", "no file is named; needed: exchange OUT [WEIGHTS]");
    write(argv[1], argc > 2 ? argv[2] : "");
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
