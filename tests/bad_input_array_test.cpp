#include "bad_input.hpp"

using namespace tg;
using bad_input::leaf, bad_input::undefined;

namespace {

/// One element, made by an operation with these rules, sent back.
void differentiate(Array value, std::initializer_list<TensorRef> inputs, std::initializer_list<Rule> rules) {
  sum(record("strange", std::move(value), inputs, rules)).backward();
}

Tensor unchanged(const Tensor& g, const Tensor&, Inputs) { return g; }

}  // namespace

std::vector<bad_input::Row> bad_input::array_rows() {
  return {
      {"Shape::Shape", CALL(Shape{2, -1}), "[shape] axis 1 has size -1; sizes must not be negative"},
      {"Shape::Shape", CALL(Shape{1, 1, 1, 1, 1, 1, 1, 1, 1}), "[shape] 9 axes; at most 8 are possible"},
      {"Shape::Shape", CALL(Shape{1 << 30, 1 << 30, 1 << 30}),
       "[shape] the sizes [1073741824, 1073741824, 1073741824] multiply to more elements than memory can "
       "hold"},
      {"Shape::Shape", CALL(Shape{0, 1 << 30, 1 << 30, 1 << 30}), "multiply to more elements than memory"},
      {"Shape::operator[]", CALL(Shape{2, 3, 4}[3]),
       "[shape] axis 3 of shape [2, 3, 4]; axes go from -3 to 2"},
      {"Shape::operator[]", CALL(Shape{2}[-2]), "[shape] axis -2 of shape [2]; axes go from -1 to 0"},
      {"Shape::dim", CALL(Shape{2, 3, 4}.dim(3)), "[dim] axis 3 of shape [2, 3, 4]; axes go from -3 to 2"},
      {"Shape::dim", CALL(Shape{2}.dim(-2)), "[dim] axis -2 of shape [2]; axes go from -1 to 0"},
      {"Shape::dim", CALL(Shape{}.dim(0)), "[dim] axis 0 of a single number (shape []); it has no axes"},
      {"Shape::axis", CALL(Shape{2, 3}.axis("sum", 2)), "[sum] axis 2 of shape [2, 3]; axes go from -2 to 1"},
      {"Shape::with", CALL(Shape{2}.with(1, 5)), "[with] axis 1 of shape [2]; axes go from -1 to 0"},
      {"Shape::with", CALL(Shape{2}.with(0, -5)), "[shape] axis 0 has size -5; sizes must not be negative"},
      {"Shape::inserted", CALL(Shape{2}.inserted(2, 1)),
       "[inserted] axis 2 for shape [2]; new axes go from 0 to 1"},
      {"Shape::inserted", CALL(Shape{2}.inserted(-1, 1)), "[inserted] axis -1 for shape [2]"},
      {"Shape::without", CALL(Shape{2}.without(9)), "[without] axis 9 of shape [2]; axes go from -1 to 0"},
      {"Shape::without", CALL(Shape{}.without(0)), "[without] axis 0 of a single number (shape [])"},
      {"view_along", CALL(view_along(Shape{2}, 1)), "[view_along] axis 1 of shape [2]"},
      {"broadcast_shape", CALL(broadcast_shape("add", Shape{2, 3}, Shape{4})),
       "[add] shapes do not broadcast: [2, 3] and [4]; counted from the right, sizes must be equal or 1"},

      {"Array::Array", CALL(Array(Shape{2}, std::vector<Real>(3))),
       "[array] 3 values for shape [2]; 2 are needed"},
      {"Array::Array", CALL(Array({1 << 30, 1 << 14})),
       "[array] no memory for 17592186044416 numbers, shape [1073741824, 16384]"},
      {"Array::dim", CALL(Array(Shape{2}).dim(1)), "[dim] axis 1 of shape [2]; axes go from -1 to 0"},
      {"Array::check_defined", CALL(Array().check_defined("op")),
       "[op] undefined: a default-constructed Array has no values"},
      {"Array::mutable_data", CALL(Array().mutable_data()), "[mutable_data] undefined"},
      {"Array::unique", CALL(Array().unique()), "[unique] undefined"},
      {"Array::clone", CALL(Array().clone()), "[clone] undefined"},
      {"Array::reshaped", CALL(Array().reshaped({0})), "[reshape] undefined"},
      {"Array::reshaped", CALL(Array(Shape{2}).reshaped({3})),
       "[reshape] [2] (2 elements) cannot become [3] (3 elements)"},
      {"Array::overwrite", CALL(Array().overwrite()), "[overwrite] undefined"},
      {"Array::version", CALL(Array().version()), "[version] undefined"},

      {"Indices::Indices", CALL(Indices({2}, {1})), "[indices] 1 values for shape [2]; 2 are needed"},
      {"Indices::dim", CALL(indices({1, 2}).dim(1)), "[dim] axis 1 of shape [2]"},
      {"Indices::at", CALL(indices({1, 2}).at({2})),
       "[at] index 2 on axis 0 of shape [2]; indices go from -2 to 1"},
      {"Indices::at", CALL(indices({1, 2}).at({})), "[at] 0 indices for shape [2]; one per axis is needed"},
      {"indices", CALL(indices({{1}, {2, 3}})),
       "[indices] ragged: item 0 has shape [1], item 1 has shape [2]; all must be equal"},
      {"indices", CALL(indices({4294967297})), "[indices] 4294967297 does not fit into an int"},
      {"offset_of", CALL(offset_of("op", {2}, {-3})), "[op] index -3 on axis 0 of shape [2]"},

      {"BroadcastPlan::BroadcastPlan", CALL(BroadcastPlan("op", {2}, {3})),
       "[op] shapes do not broadcast: [2] and [3]"},
      {"map", CALL(map(Array(), [](Real v) { return v; })), "[map] undefined"},
      {"map", CALL(map(Array({2}), Array(), [](Real p, Real q) { return p * q; })), "[map] undefined"},
      {"map", CALL(map("op", Array({2}), Array({3}), [](Real p, Real q) { return p * q; })),
       "[op] shapes do not broadcast: [2] and [3]"},
      {"map", CALL(map(ones({2}), ones({3}), [](Real p, Real q) { return p * q; })),
       "[map] shapes do not broadcast: [2] and [3]"},
      {"map", CALL(map("op", ones({2}), ones({3}), [](Real p, Real q) { return p * q; })),
       "[op] shapes do not broadcast: [2] and [3]"},
      {"map", CALL(map(Tensor(), [](Real v) { return v; })), undefined},
      {"map", CALL(map(ones({2}), Tensor(), [](Real p, Real q) { return p * q; })), undefined},

      {"RandomStream::uniform", CALL(random_stream().uniform(1, 0)),
       "[uniform] low is 1, high is 0; two finite numbers are needed, low not above high"},
      {"RandomStream::below", CALL(random_stream().below(0)), "[below] count is 0; at least 1 is needed"},
      {"RandomStream::state", CALL(random_stream().state("12")), "[random_state] got \"12\""},
      {"random_state", CALL(random_state("12")),
       "[random_state] got \"12\"; 64 hexadecimal digits, not all 0, are needed"},
      {"random_state", CALL(random_state(std::string(64, '0'))), "[random_state] got \"0000"},
      {"random_state", CALL(random_state(std::string(64, 'g'))), "[random_state] got \"gggg"},
      {"random_permutation", CALL(random_permutation(-1)),
       "[random_permutation] count is -1; it must not be negative"},
  };
}

std::vector<bad_input::Row> bad_input::autograd_rows() {
  return {
      {"Tensor::Tensor", CALL(Tensor({2, 2}, std::vector<Real>(3))),
       "[array] 3 values for shape [2, 2]; 4 are needed"},
      {"Tensor::Tensor", CALL(Tensor{Array()}), "[tensor] made from an Array() without values"},
      {"Tensor::checked_node", CALL(Tensor().checked_node()), undefined},
      {"Tensor::array", CALL(Tensor().array()), undefined},
      {"Tensor::shape", CALL(Tensor().shape()), undefined},
      {"Tensor::rank", CALL(Tensor().rank()), undefined},
      {"Tensor::dim", CALL(Tensor().dim(0)), undefined},
      {"Tensor::dim", CALL(ones({2, 3}).dim(2)), "[dim] axis 2 of shape [2, 3]; axes go from -2 to 1"},
      {"Tensor::size", CALL(Tensor().size()), undefined},
      {"Tensor::values", CALL(Tensor().values()), undefined},
      {"Tensor::at", CALL(Tensor().at({})), undefined},
      {"Tensor::at", CALL(ones({2, 3}).at({0, 3})),
       "[at] index 3 on axis 1 of shape [2, 3]; indices go from -3 to 2"},
      {"Tensor::at", CALL(ones({2, 3}).at({-3, 0})), "[at] index -3 on axis 0 of shape [2, 3]"},
      {"Tensor::at", CALL(ones({2, 3}).at({0})), "[at] 1 indices for shape [2, 3]; one per axis is needed"},
      {"Tensor::item", CALL(Tensor().item()), undefined},
      {"Tensor::item", CALL(ones({2}).item()), "[item] shape [2] has 2 elements; exactly one is needed"},
      {"Tensor::item", CALL(ones({0}).item()), "[item] shape [0] has 0 elements"},
      {"Tensor::requires_grad", CALL(Tensor().requires_grad()), undefined},
      {"Tensor::requires_grad", CALL(Tensor().requires_grad(true)), undefined},
      {"Tensor::requires_grad", CALL(exp(leaf({2})).requires_grad(false)),
       "[requires_grad] this tensor was made by exp; only a leaf can do that"},
      {"Tensor::is_leaf", CALL(Tensor().is_leaf()), undefined},
      {"Tensor::grad", CALL(Tensor().grad()), undefined},
      {"Tensor::grad", CALL(leaf({2}).grad()),
       "[grad] no gradient here: backward() has not reached this tensor since zero_grad()"},
      {"Tensor::grad", CALL(ones({2}).grad()),
       "[grad] no gradient here: the tensor does not require one; requires_grad(true) comes first"},
      {"Tensor::grad", CALL(exp(leaf({2})).grad()),
       "[grad] this tensor was made by exp; only a leaf can do that"},
      {"Tensor::has_grad", CALL(Tensor().has_grad()), undefined},
      {"Tensor::zero_grad", CALL(Tensor().zero_grad()), undefined},
      {"Tensor::backward", CALL(Tensor().backward()), undefined},
      {"Tensor::backward", CALL(leaf({2}).backward()),
       "[backward] the result has shape [2]; a single number is needed. Take its sum or mean"},
      {"Tensor::backward", CALL(sum(ones({2})).backward()),
       "[backward] sum does not require a gradient; requires_grad(true) must be set on a leaf before it is used"},
      {"Tensor::backward", CALL([] {
         const Tensor y = sum(leaf({2}));
         y.backward();
         y.backward();
       }()),
       "[backward] the graph behind sum was freed by an earlier backward(); it can be walked once"},
      {"Tensor::backward", CALL([] {
         const Tensor x = leaf({2}), y = sum(x * x);
         x.assign(zeros({2}));
         y.backward();
       }()),
       "[backward] an input of mul was changed after mul used it"},
      {"Tensor::clone", CALL(Tensor().clone()), undefined},
      {"Tensor::detach", CALL(Tensor().detach()), undefined},
      {"Tensor::assign", CALL(Tensor().assign(ones({2}))), undefined},
      {"Tensor::assign", CALL(ones({2}).assign(Tensor())), undefined},
      {"Tensor::assign", CALL(ones({2}).assign(ones({1}))),
       "[assign] shapes differ: this tensor is [2], the values are [1]; they must be equal"},
      {"Tensor::assign", CALL(exp(leaf({2})).assign(ones({2}))),
       "[assign] this tensor was made by exp; only a leaf can do that. detach() gives a leaf"},
      {"Tensor::overwrite", CALL([] {
         const Tensor nothing;
         return nothing.overwrite();
       }()),
       undefined},
      {"Tensor::overwrite", CALL([] {
         const Tensor made = exp(leaf({2}));
         return made.overwrite();
       }()),
       "[overwrite] this tensor was made by exp"},
      {"Tensor::Tensor", CALL(Tensor({{1, 2}, {3}})),
       "[tensor] ragged: item 0 has shape [2], item 1 has shape [1]"},
      {"tensor", CALL(tensor({{1}, {2, 3}})),
       "[tensor] ragged: item 0 has shape [1], item 1 has shape [2]; all must be equal"},
      {"tensor", CALL(tensor({1, {2}})), "[tensor] ragged: item 0 has shape [], item 1 has shape [1]"},
      {"zeros", CALL(zeros({-1})), "[shape] axis 0 has size -1; sizes must not be negative"},
      {"ones", CALL(ones({1 << 30, 1 << 14})), "[array] no memory for 17592186044416 numbers"},
      {"full", CALL(full({2, -3}, 1)), "[shape] axis 1 has size -3; sizes must not be negative"},
      {"arange", CALL(arange(0, 1, 0)),
       "[arange] from 0 to 1 in steps of 0; finite numbers and a step other than 0 are needed"},
      {"arange", CALL(arange(NAN)), "[arange] from 0 to nan in steps of 1; finite numbers"},
      {"arange", CALL(arange(0, 1, 1e-200)),
       "[arange] from 0 to 1 in steps of 1e-200: 1e+200 numbers are too many"},
      {"randn", CALL(randn({-1})), "[shape] axis 0 has size -1; sizes must not be negative"},
      {"uniform", CALL(uniform({2}, 1, 0)),
       "[uniform] low is 1, high is 0; two finite numbers are needed, low not above high"},
      {"uniform", CALL(uniform({2}, 0, INFINITY)), "[uniform] low is 0, high is inf"},
      {"uniform", CALL(uniform({2}, NAN, 1)), "[uniform] low is nan, high is 1"},

      {"record", CALL(record("strange", Array({2}, 0), {ones({2}), ones({2})}, {unchanged})),
       "[strange] 1 rules for 2 inputs; each input needs its own"},
      {"record", CALL(record("strange", Array({2}, 0), {Tensor()}, {Rule{}})),
       "[strange] input 0 is undefined: a default-constructed Tensor"},
      {"record", CALL(record("strange", Array(), {ones({2})}, {Rule{}})),
       "[strange] its value is an Array() without values"},
      {"record", CALL(record("strange", Array({2}, 0), {ones({2})}, JointRule{})),
       "[strange] the joint rule is empty; it must give a gradient for each of 1 inputs"},
      {"record",
       CALL(differentiate(Array({2}, 0), {leaf({2})}, {[](auto&, auto&, auto) { return ones({3}); }})),
       "[strange] the rule of input 0 gave a gradient of shape [3]; the input's shape [2] is needed"},
      {"record",
       CALL(differentiate(Array({2}, 0), {leaf({2})}, {[](auto&, auto&, auto) { return Tensor(); }})),
       "[strange] the rule of input 0 gave an undefined gradient"},
      {"record", CALL(differentiate(Array({6}, 0), {leaf({2})}, {unchanged})),
       "[strange] the rule of input 0 gave a gradient of shape [6]; the input's shape [2] is needed"},
      {"record", CALL([] {
         const JointRule none = [](auto&, auto&, auto) { return std::vector<Tensor>{}; };
         sum(record("strange", Array({2}, 0), {leaf({2})}, none)).backward();
       }()),
       "[strange] the joint rule gave 0 gradients for 1 inputs"},

      {"grad", CALL(grad(Tensor(), {leaf({2})})), undefined},
      {"grad", CALL(grad(sum(leaf({2})), {Tensor()})), undefined},
      {"grad", CALL([] {
         const Tensor x = leaf({2});
         grad(x * 2, {x});
       }()),
       "[grad] the result has shape [2]; a single number is needed. Take its sum or mean, or pass"},
      {"grad", CALL(grad(sum(leaf({2})), {ones({2})})),
       "[grad] xs[0] does not require a gradient; requires_grad(true) must be set before it is used"},
      {"grad", CALL(grad(sum(leaf({2})), {leaf({2})})), "[grad] y does not depend on xs[0], shape [2]"},
      {"plain_grad", CALL(plain_grad(Tensor(), {leaf({2})})), undefined},
      {"plain_grad", CALL(plain_grad(leaf({2}), {leaf({2})})),
       "[plain_grad] the result has shape [2]; a single number is needed"},
      {"plain_grad", CALL(plain_grad(sum(leaf({2})), {leaf({2})})),
       "[plain_grad] y does not depend on xs[0], shape [2]"},
      {"grad", CALL(grad(leaf({2}), {leaf({2})}, {.upstream = ones({3})})),
       "[grad] upstream has shape [3], y has shape [2]; they must be equal"},
      {"add", CALL(add(Tensor(), ones({2}))), undefined},
      {"add", CALL(add(ones({2}), Tensor())), undefined},
      {"add", CALL(add(ones({2, 3}), ones({4}))),
       "[add] shapes do not broadcast: [2, 3] and [4]; counted from the right, sizes must be equal or 1"},
      {"operator+", CALL(ones({2, 3}) + ones({2})), "[add] shapes do not broadcast: [2, 3] and [2]"},
      {"operator+", CALL(Tensor() + 1), undefined},
      {"broadcast_to", CALL(broadcast_to(Tensor(), {2})), undefined},
      {"broadcast_to", CALL(broadcast_to(ones({2, 3}), {3, 2})),
       "[broadcast_to] [2, 3] cannot be repeated to [3, 2]; counted from the right, each size must be 1 or the target's"},
      {"sum_to", CALL(sum_to(Tensor(), {2})), undefined},
      {"sum_to", CALL(sum_to(ones({2, 3}), {2})),
       "[sum_to] [2, 3] cannot be summed down to [2]; counted from the right, each target size must be 1 or the "
       "input's"},
      {"gradcheck_in_place", CALL(gradcheck_in_place({}, {leaf({2})}, {"w"})),
       is_double ? "[gradcheck] f is empty" : "[gradcheck] this is the float build"},
      {"gradcheck_in_place", CALL(gradcheck_in_place([] { return ones({2}); }, {leaf({2})}, {})),
       is_double ? "[gradcheck] 0 names for 1 leaves; each needs its own"
                 : "[gradcheck] this is the float build"},
      {"gradcheck_in_place", CALL(gradcheck_in_place([] { return ones({2}); }, {ones({2})}, {"w"})),
       is_double ? "[gradcheck] none of 1 leaves requires a gradient"
                 : "[gradcheck] this is the float build"},
      {"gradcheck_in_place", CALL(gradcheck_in_place([] { return ones({2}); }, {exp(leaf({2}))}, {"w"})),
       is_double ? "[gradcheck] w was made by an operation; only a leaf can be changed"
                 : "[gradcheck] this is the float build"},
      {"gradcheck", CALL(gradcheck({}, {ones({2})})),
       is_double ? "[gradcheck] f is empty" : "[gradcheck] this is the float build"},
      {"gradcheck", CALL(gradcheck([](Inputs) { return leaf({2}); }, {})),
       is_double ? "[gradcheck] no inputs; at least one is needed" : "[gradcheck] this is the float build"},
      {"gradcheck", CALL(gradcheck([](Inputs) { return leaf({2}); }, {ones({2})})),
       is_double
           ? "[gradcheck] the result, shape [2], depends on none of the 1 inputs, so there is nothing to check"
           : "[gradcheck] this is the float build"},
      {"gradcheck", CALL(gradcheck(nn::Parameters{{"w", leaf({2})}}, [] { return exp(leaf({2})); })),
       is_double ? "depends on none of the 1 inputs" : "[gradcheck] this is the float build"},
      {"gradcheck", CALL(gradcheck([](Inputs in) { return in[0]; }, {Tensor()})),
       is_double ? undefined : "[gradcheck] this is the float build"},
      {"gradcheck", CALL(gradcheck([](Inputs) { return Tensor(); }, {ones({2})})),
       is_double ? undefined : "[gradcheck] this is the float build"},
      {"explain", CALL(explain(Tensor())), undefined},
      {"explain", CALL(explain(leaf({2}))), "[explain] the loss has shape [2]; a single number is needed"},
      {"explain", CALL(explain(sum(ones({2})))),
       "[explain] sum does not require a gradient; requires_grad(true) must be set on a leaf before it is used"},
      {"graphviz", CALL(graphviz(Tensor())), undefined},
  };
}
