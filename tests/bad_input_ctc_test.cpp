#include "bad_input.hpp"

using namespace tg;
using bad_input::undefined;

namespace {

const std::vector<std::vector<int>> labels = {{1, 2}, {1}};

Tensor frames() { return zeros({2, 4, 3}); }

CTCTargets targets() { return ctc_targets("ctc_loss", frames(), labels, 0, {}); }

}  // namespace

std::vector<bad_input::Row> bad_input::ctc_rows() {
  return {
      {"ctc_lengths", CALL(ctc_lengths("greedy", Tensor(), 0, {})), undefined},
      {"ctc_lengths", CALL(ctc_lengths("greedy", zeros({4, 3}), 0, {})),
       "[greedy] the input has shape [4, 3]; [B,T,C] is needed: batch, at least one frame, classes"},
      {"ctc_lengths", CALL(ctc_lengths("greedy", frames(), 3, {})),
       "[greedy] the blank is 3; the input has the classes 0 to 2"},
      {"ctc_lengths", CALL(ctc_lengths("greedy", frames(), -1, {})), "[greedy] the blank is -1"},
      {"ctc_lengths", CALL(ctc_lengths("greedy", frames(), 0, {4})),
       "[greedy] 1 lengths for a batch of 2; one per sequence is needed"},
      {"ctc_lengths", CALL(ctc_lengths("greedy", frames(), 0, {4, 0})),
       "[greedy] sequence 1 has length 0; lengths go from 1 to the 4 frames of the input"},
      {"ctc_targets", CALL(ctc_targets("ctc_loss", frames(), {{1}}, 0, {})),
       "[ctc_loss] 1 targets for a batch of 2; one per sequence is needed"},
      {"ctc_targets", CALL(ctc_targets("ctc_loss", frames(), {{1}, {1, 0}}, 0, {})),
       "[ctc_loss] sequence 1: label 0 at position 1 is the blank; a target holds labels only"},
      {"ctc_targets", CALL(ctc_targets("ctc_loss", frames(), {{3}, {1}}, 0, {})),
       "[ctc_loss] sequence 0: label 3 at position 0; labels go from 0 to 2, the blank 0 left out"},
      {"check_possible",
       CALL(check_possible("ctc_loss", ctc_targets("ctc_loss", frames(), {{1, 1, 1}, {1}}, 0, {}))),
       "[ctc_loss] sequence 0: 4 frames cannot carry 3 labels with 2 repeats, at least 5 are needed"},
      {"ctc", CALL(ctc(zeros({2, 5, 3}), targets(), CTCInput::scores)),
       "[ctc_loss] the frames are [2, 5, 3]; the targets were made for [2, 4, 3]"},
      {"ctc_of_operations", CALL(ctc_of_operations(zeros({2, 5, 3}), targets(), CTCInput::scores)),
       "[ctc_loss] the frames are [2, 5, 3]; the targets were made for [2, 4, 3]"},
      {"ctc_loss", CALL(ctc_loss(Tensor(), labels, 0)), undefined},
      {"ctc_loss", CALL(ctc_loss(frames(), labels, 0, {.lengths = {1, 4}})),
       "[ctc_loss] sequence 0: 1 frames cannot carry 2 labels with 0 repeats, at least 2 are needed"},
      {"ctc_loss", CALL(ctc_loss(softmax(frames()), labels, 0)), "[ctc_loss] every frame is a distribution"},
      {"ctc_loss_from_log_probs", CALL(ctc_loss_from_log_probs(Tensor(), labels, 0)), undefined},
      {"ctc_loss_from_log_probs", CALL(ctc_loss_from_log_probs(frames(), labels, 0)),
       "[ctc_loss_from_log_probs] sequence 0, frame 0: the sum of e^x over its classes is 3; 1 is needed"},
      {"ctc_loss_from_probs", CALL(ctc_loss_from_probs(Tensor(), labels, 0)), undefined},
      {"ctc_loss_from_probs", CALL(ctc_loss_from_probs(ones({2, 4, 3}), labels, 0)),
       "[ctc_loss_from_probs] sequence 0, frame 0: its numbers add up to 3, the smallest is 1"},
      {"greedy", CALL(decode::greedy(Tensor(), 0)), undefined},
      {"greedy", CALL(decode::greedy(NAN * frames(), 0)), "[greedy] sequence 0, frame 0: a score is nan"},
      {"beam_from_probs", CALL(decode::beam_from_probs(Tensor(), 0)), undefined},
      {"beam_from_probs", CALL(decode::beam_from_probs(frames(), 0)),
       "[beam_from_probs] sequence 0, frame 0: its numbers add up to"},
      {"beam", CALL(decode::beam(softmax(frames()), 0)),
       "[beam] every frame is a distribution: no number below 0, sum 1; raw scores are needed, because "
       "the softmax is computed here. Probabilities go into beam_from_probs"},
      {"greedy", CALL(decode::greedy(softmax(frames()), 0)),
       "[greedy] every frame is a distribution: no number below 0, sum 1"},
      {"align", CALL(decode::align(softmax(frames()), labels, 0)),
       "[align] every frame is a distribution: no number below 0, sum 1"},
      {"beam", CALL(decode::beam(Tensor(), 0)), undefined},
      {"beam", CALL(decode::beam(frames(), 0, {.width = 2, .top = 3})),
       "[beam] top is 3, width is 2; 1 <= top <= width is needed"},
      {"align", CALL(decode::align(Tensor(), labels, 0)), undefined},
      {"align", CALL(decode::align(frames(), {{1, 1, 1}, {1}}, 0)),
       "[align] sequence 0: 4 frames cannot carry 3 labels with 2 repeats, at least 5 are needed"},
      {"label_error_rate", CALL(decode::label_error_rate({{1}}, {})),
       "[label_error_rate] 1 hypotheses, 0 references; the numbers must be equal"},
      {"edit_distance", CALL(decode::edit_distance("a", "b\xff")),
       "[edit_distance] the reference is not UTF-8: its byte 1, counted from 0, is 0xff"},
      {"character_error_rate", CALL(decode::character_error_rate({"a"}, {""})),
       "[character_error_rate] 1 references, all empty; at least one must not be empty"},
      {"word_error_rate", CALL(decode::word_error_rate({"a"}, {})),
       "[word_error_rate] 1 hypotheses, 0 references; the numbers must be equal"},
  };
}
