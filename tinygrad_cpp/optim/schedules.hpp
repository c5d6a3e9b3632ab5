#pragma once
#include "tinygrad_cpp/array/real.hpp"

// Step sizes over time: plain functions of the step's number, to be given to an optimizer, adam.lr(cosine(step, ..)).
// Steps count from 0. Error for a total below 1, or a negative step.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace optim {

/// base, times `factor` after every `every` steps.
double step_decay(int step, int every, double base, double factor = 0.1);

/// From base at step 0 down to 0 at step `total`, along half a cosine (Loshchilov and Hutter 2017); 0 from then on.
double cosine(int step, int total, double base);

/// From base / steps at step 0 in equal parts up to base after `steps` steps; base from then on.
double warm_up(int step, int steps, double base);

}}}  // namespace tg::optim
