#include "bad_input.hpp"

using namespace tg;
using bad_input::undefined;

namespace {

/// A GRU with this weight on its state.
nn::GRU gru_with(const Tensor& weight_h) {
  nn::GRU gru(3, 2);
  gru.weight_h = weight_h;
  return gru;
}

/// Attention of 3 queries on 5 keys of 4 features, under this mask.
Tensor under(const Tensor& mask, const Shape& items = {}) {
  Shape q{3, 4}, k{5, 4};
  for (int size : items) q = q.inserted(0, size), k = k.inserted(0, size);
  return attention(ones(q), ones(k), ones(k), {.mask = mask});
}

}  // namespace

std::vector<bad_input::Row> bad_input::sequence_rows() {
  return {
      {"LSTMCell::LSTMCell", CALL(nn::LSTMCell(0, 2)),
       "[lstm] 0 features and 2 hidden units; at least 1 of each and at most 536870911 units are needed"},
      {"LSTMCell::LSTMCell", CALL(nn::LSTM(3, -1)), "[lstm] 3 features and -1 hidden units"},
      {"LSTMCell::LSTMCell", CALL(nn::LSTM(3, 1 << 30)), "[lstm] 3 features and 1073741824 hidden units"},
      {"LSTMCell::zero_state", CALL(nn::LSTMCell(3, 2).zero_state(-1)), "[shape] axis 0 has size -1"},
      {"LSTMCell::operator()", CALL(nn::LSTMCell(3, 2)(Tensor(), {ones({2, 2}), ones({2, 2})})), undefined},
      {"LSTMCell::operator()", CALL(nn::LSTMCell(3, 2)(ones({2, 4, 3}), {ones({2, 2}), ones({2, 2})})),
       "[lstm_cell] the input has shape [2, 4, 3]; one step [B,D] is needed. LSTM takes sequences"},
      {"LSTMCell::operator()", CALL(nn::LSTMCell(3, 2)(ones({2, 3}), {})),
       "[lstm_cell] the state lacks h or c; both are needed. zero_state(batch) gives an initial one"},
      {"LSTMCell::operator()", CALL(nn::LSTMCell(3, 2)(ones({2, 3}), {ones({2, 2}), ones({1, 2})})),
       "[lstm] the initial state has shape [1, 2]; [2, 2] is needed, a row per item"},
      {"LSTM::operator()", CALL(nn::LSTM(3, 2)(Tensor())), undefined},
      {"LSTM::operator()", CALL(nn::LSTM(3, 2)(ones({2, 3}))),
       "[lstm] the input has shape [2, 3]; a sequence [B,T,D] is needed. LSTMCell takes one step"},
      {"LSTM::operator()", CALL(nn::LSTM(3, 2)(ones({2, 4, 5}))),
       "its last axis 5 features; this layer takes 3"},
      {"LSTM::operator()", CALL(nn::LSTM(3, 2)(ones({2, 4, 3}), {.lengths = {4, 4, 4}})),
       "[lstm] 3 lengths for a batch of 2; one per item is needed"},
      {"LSTM::operator()", CALL(nn::LSTM(3, 2)(ones({2, 4, 3}), {.lengths = {4, 5}})),
       "[lstm] item 1 has length 5; lengths go from 1 to the 4 steps of the input"},
      {"LSTM::operator()",
       CALL(nn::LSTM(3, 2)(ones({2, 4, 3}), {.initial_state = {ones({3, 2}), ones({3, 2})}})),
       "[lstm] the initial state has shape [3, 2]; [2, 2] is needed, a row per item"},
      {"LSTM::operator()", CALL(nn::LSTM(3, 2)(ones({2, 4, 3}), {.initial_state = {ones({2, 2}), {}}})),
       "[lstm] the initial state has only one of h and c; both are needed, or neither"},
      {"BiLSTM::BiLSTM", CALL(nn::BiLSTM(3, 0)), "[lstm] 3 features and 0 hidden units"},
      {"BiLSTM::operator()", CALL(nn::BiLSTM(3, 2)(Tensor())), undefined},
      {"BiLSTM::operator()", CALL(nn::BiLSTM(3, 2)(ones({2, 3}))),
       "[lstm] the input has shape [2, 3]; a sequence [B,T,D] is needed"},
      {"BiLSTM::operator()", CALL(nn::BiLSTM(3, 2)(ones({2, 4, 3}), {.lengths = {0, 4}})),
       "[lstm] item 0 has length 0; lengths go from 1 to the 4 steps of the input"},
      {"BiLSTM::operator()", CALL(nn::BiLSTM(3, 2)(ones({2, 4, 3}), {.reverse = true})),
       "[bilstm] reverse was asked for; a BiLSTM already reads in both directions"},
      {"BiLSTM::operator()", CALL(nn::BiLSTM(3, 2)(ones({2, 4, 3}), {.initial_state = {{}, ones({2, 4})}})),
       "[bilstm] the initial state has only one of h and c; both are needed, or neither"},
      {"BiLSTM::operator()",
       CALL(nn::BiLSTM(3, 2)(ones({2, 4, 3}), {.initial_state = {ones({2, 4}), ones({2, 2})}})),
       "[bilstm] the initial state has shape [2, 2]; [2, 4] is needed, both directions side by side"},
      {"BiLSTM::operator()",
       CALL(nn::BiLSTM(3, 2)(ones({2, 4, 3}), {.initial_state = {ones({3, 4}), ones({3, 4})}})),
       "[bilstm] the initial state has shape [3, 4]; [2, 4] is needed"},

      {"GRU::GRU", CALL(nn::GRU(0, 2)),
       "[gru] 0 features and 2 hidden units; at least 1 of each and at most 715827882 units are needed"},
      {"GRU::GRU", CALL(nn::GRU(3, 1 << 30)), "[gru] 3 features and 1073741824 hidden units"},
      {"GRU::operator()", CALL(nn::GRU(3, 2)(Tensor())), undefined},
      {"GRU::operator()", CALL(nn::GRU(3, 2)(ones({2, 3}))),
       "[gru] the input has shape [2, 3]; a sequence [B,T,D] is needed. One step is [B,1,D]"},
      {"GRU::operator()", CALL(nn::GRU(3, 2)(ones({2, 4, 5}))),
       "[gru] the input has shape [2, 4, 5], its last axis 5 features; this layer takes 3"},
      {"GRU::operator()", CALL(nn::GRU(3, 2)(ones({2, 0, 3}))),
       "[gru] the input has shape [2, 0, 3]: no steps; at least one is needed"},
      {"GRU::operator()", CALL(nn::GRU(3, 2)(ones({2, 4, 3}), {.lengths = {4, 4, 4}})),
       "[gru] 3 lengths for a batch of 2; one per item is needed"},
      {"GRU::operator()", CALL(nn::GRU(3, 2)(ones({2, 4, 3}), {.lengths = {0, 4}})),
       "[gru] item 0 has length 0; lengths go from 1 to the 4 steps of the input"},
      {"GRU::operator()", CALL(nn::GRU(3, 2)(ones({2, 4, 3}), {.initial_state = ones({3, 2})})),
       "[gru] the initial state has shape [3, 2]; [2, 2] is needed, a row per item"},
      {"GRU::operator()", CALL(gru_with(ones({2, 8}))(ones({2, 4, 3}))),
       "[gru] weights are [3, 6], [2, 8] and biases [6], [6]; [D,3H], [H,3H], [3H] and [3H] are needed"},
      {"GRU::operator()", CALL(gru_with(Tensor())(ones({2, 4, 3}))), undefined},
      {"RNN::RNN", CALL(nn::RNN(3, -1)), "[rnn] 3 features and -1 hidden units; at least 1 of each"},
      {"RNN::operator()", CALL(nn::RNN(3, 2)(Tensor())), undefined},
      {"RNN::operator()", CALL(nn::RNN(3, 2)(ones({2, 3}))),
       "[rnn] the input has shape [2, 3]; a sequence [B,T,D] is needed"},
      {"RNN::operator()", CALL(nn::RNN(3, 2)(ones({2, 4, 3}), {.lengths = {4, 5}})),
       "[rnn] item 1 has length 5; lengths go from 1 to the 4 steps of the input"},
      {"RNN::operator()", CALL(nn::RNN(3, 2)(ones({2, 4, 3}), {.initial_state = 1})),
       "[rnn] the initial state has shape []; [2, 2] is needed, a row per item"},

      {"attention", CALL(attention(Tensor(), ones({5, 4}), ones({5, 4}))), undefined},
      {"attention", CALL(attention(ones({3, 4}), ones({5, 4}), Tensor())), undefined},
      {"attention", CALL(attention(ones({4}), ones({4}), ones({4}))),
       "[attention] the axes do not fit: q is [4], k is [4], v is [4]; [..,T,D], [..,S,D] and [..,S,E] are needed, "
       "with the same axes before them: none, [B] or [B,heads]"},
      {"attention", CALL(attention(ones({1, 1, 1, 1, 1}), ones({1, 1, 1, 1, 1}), ones({1, 1, 1, 1, 1}))),
       "[attention] the axes do not fit"},
      {"attention", CALL(attention(ones({2, 3, 4}), ones({5, 4}), ones({5, 4}))),
       "[attention] the axes do not fit: q is [2, 3, 4], k is [5, 4], v is [5, 4]"},
      {"attention", CALL(attention(ones({3, 4}), ones({5, 2}), ones({5, 4}))),
       "[attention] q and k have different features: q is [3, 4], k is [5, 2]"},
      {"attention", CALL(attention(ones({3, 4}), ones({5, 4}), ones({6, 4}))),
       "[attention] there is not one value for each key: q is [3, 4], k is [5, 4], v is [6, 4]"},
      {"attention", CALL(attention(ones({2, 3, 4}), ones({1, 5, 4}), ones({1, 5, 4}))),
       "[attention] the items do not fit: q is [2, 3, 4], k is [1, 5, 4]"},
      {"attention", CALL(attention(ones({3, 4}), ones({0, 4}), ones({0, 4}))),
       "[attention] a size is 0: q is [3, 4], k is [0, 4]"},
      {"attention", CALL(under(ones({2, 5}), {2})),
       "[attention] the mask has shape [2, 5], the scores [2, 3, 5]; the last two sizes, or all, must be equal or 1. "
       "A mask [B,S] of keys is reshape(mask, {B, 1, S})"},
      {"attention", CALL(under(ones({3, 3, 5}), {2, 3})),
       "[attention] the mask has shape [3, 3, 5], the scores [3, 2, 3, 5]"},
      {"attention", CALL(under(ones({5}))), "[attention] the mask has shape [5], the scores [3, 5]"},
      {"attention", CALL(under(tensor({{0, 0, -INFINITY, 0, 0}}))),
       "[attention] the mask holds -inf; it must be 1 where a query may look and 0 elsewhere. For an additive mask "
       "of 0 and -inf, pass mask == 0"},
      {"attention", CALL(under(tensor({{0, NAN, 1, 1, 1}}))), "[attention] the mask holds nan"},
      {"attention", CALL(under(zeros({3, 5}))),
       "[attention] the mask, shape [3, 5], is 0 everywhere in matrix 0 of its leading axes; 1 is where a query may "
       "look"},
      {"attention", CALL(under(reshape(sequence_mask({1, 0}, 5), {2, 1, 5}), {2})),
       "[attention] the mask, shape [2, 1, 5], is 0 everywhere in matrix 1 of its leading axes"},
      {"causal_mask", CALL(causal_mask(0)), "[causal_mask] 0 steps; at least 1 is needed"},
      {"causal_mask", CALL(causal_mask(-1)), "[causal_mask] -1 steps; at least 1 is needed"},
  };
}
