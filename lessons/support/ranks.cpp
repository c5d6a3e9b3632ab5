#include "support/ranks.hpp"

#include <exception>
#include <vector>

#include "support/fingerprint.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

namespace lesson {
namespace {

constexpr int usual_shards = 4;
const tg::dist::Group* ranks = nullptr;
bool begun = false, in_step = false, other_failed = false;

}  // namespace

Ranks::Ranks(int& argc, char**& argv)
    : signals_(tg::dist::launched_rank() ? std::make_unique<Interruptible>() : nullptr), group_(argc, argv) {
  ranks = &group_;
  if (rank() > 0) mute(true);
}
Ranks::~Ranks() { ranks = nullptr; }

int rank() { return ranks ? ranks->rank() : 0; }
int rank_count() { return ranks ? ranks->size() : 1; }
bool any_rank(bool condition) { return ranks ? ranks->any(condition) : condition; }

int shards_of(const char* program, int asked) {
  const int count = asked > 0 ? asked : rank_count() > 1 ? usual_shards : 1;
  if (count < rank_count())
    tg::fail(program,
             "{} ranks share batches that are cut into {} shards; at least {} are needed. Start fewer ranks, "
             "or begin a new training with --shards {}",
             rank_count(), count, rank_count(), rank_count());
  return count;
}

InStep::InStep(const char* program, const tg::nn::Parameters& state, const std::string& place) {
  if (rank_count() == 1) return;
  begun = true;
  other_failed = any_rank(false);
  if (other_failed) tg::fail(program, "another rank failed before the training began");
  Fingerprint all;
  all.add(place);
  const auto here = static_cast<double>(std::stoull(all.text().substr(3), nullptr, 16));  // a double holds it
  const double first = ranks->sum(rank() == 0 ? here : 0);
  if (any_rank(here != first))
    tg::fail(program,
             "the ranks begin at different steps or with other data; all need the same files, as in a folder "
             "that the machines share, and the same flags");
  ranks->broadcast(state);
  in_step = true;
}
InStep::~InStep() {
  if (std::uncaught_exceptions() == 0) in_step = false;
}

bool explains(bool failed) {
  if (rank_count() == 1 || in_step) return failed;
  if (!begun) any_rank(failed);  // the others are here or at the start of their InStep
  const bool own = failed && !other_failed;
  const bool first_does = any_rank(own && rank() == 0);
  return own && (rank() == 0 || !first_does);
}
bool failed_in_step() { return in_step; }

double learn_in_shards(const tg::nn::Parameters& parameters, int batch, int shards,
                       const std::function<ShardLoss(const tg::dist::Shard&)>& loss) {
  if (shards == 1) {
    for (const auto& [name, tensor] : parameters) tensor.zero_grad();
    const tg::Tensor mean = loss({0, 0, batch}).mean;
    mean.backward();
    return static_cast<double>(mean.item());
  }
  const std::vector<tg::dist::Shard> all = tg::dist::shards(batch, shards);
  const std::uint64_t key = tg::random_stream().bits();
  const std::string stream = tg::random_state();
  std::vector<double> losses(all.size());  // times their weights
  tg::dist::GradientSum sum(parameters);
  for (const tg::dist::Shard& shard : ranks ? ranks->mine(all) : all) {
    if (shard.size() == 0) continue;
    tg::manual_seed(key + static_cast<std::uint64_t>(shard.number));
    const ShardLoss one = loss(shard);
    one.mean.backward();
    sum.add(one.weight);
    losses[static_cast<std::size_t>(shard.number)] = one.weight * static_cast<double>(one.mean.item());
  }
  tg::random_state(stream);
  const double weight = ranks ? sum.average(*ranks) : sum.average();
  // A shard's loss is added to zeros of other ranks, and then the shards in their order: the same bits.
  double total = 0;
  for (const double one : losses) total += ranks ? ranks->sum(one) : one;
  return total / weight;
}

}  // namespace lesson
