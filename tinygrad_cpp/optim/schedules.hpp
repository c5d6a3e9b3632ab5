#pragma once
#include "tinygrad_cpp/array/real.hpp"

// Learning rates over time: functions of the step number. Pass the result to an optimizer:
// adam.lr(cosine(step, ..)). Steps count from 0. Error if the step is negative or the number of steps is
// below 1.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace optim {

/// base, multiplied by `factor` once every `every` steps.
double step_decay(int step, int every, double base, double factor = 0.1);

/// Falls from base at step 0 to 0 at step `total`, along half a cosine (Loshchilov and Hutter 2017). Then 0.
double cosine(int step, int total, double base);

/// Rises from base / steps at step 0 to base at step `steps` - 1, in equal increments. Then base.
double warm_up(int step, int steps, double base);

}}}  // namespace tg::optim
