// What a lesson needs beside the engine.
//
//   // %% [markdown]
//   // # 2. One sigmoid or two softmax outputs?
//   // %%
//   #include "support/lesson.hpp"
//   lesson::Knob<double> lr{"lr", 0.1, "step size"};
//   // %%
//   STEP("The smallest check") {
//     const double worst = lesson::predict("How far apart are they?", [] { return largest_difference(0); });
//     lesson::claim("both heads give the same probability", worst < 1e-6);
//   }
//   // %% [markdown]
//   // ## Further
//   // %%
//   FURTHER("Over seeds") {
//     lesson::Measurements apart("largest difference");
//     for (const int seed : lesson::seeds(3, 5, 20)) apart.add("float", "trained", largest_difference(seed));
//     apart.table();
//   }
//
// Cells are jupytext's percent format, at namespace scope and in column 0. The book's pages fold code of more
// than 12 lines, but for cells that begin with `// %% tags=["unfolded"]`: the model, the loss and the training
// loop. `main` is in the library.
#pragma once
#include <cmath>
#include <string>
#include <vector>

#include "support/batches.hpp"
#include "support/claim.hpp"
#include "support/csv.hpp"
#include "support/diagram.hpp"
#include "support/error_of.hpp"
#include "support/figure.hpp"
#include "support/knob.hpp"
#include "support/measurements.hpp"
#include "support/predict.hpp"
#include "support/progress.hpp"
#include "support/say.hpp"
#include "support/seeds.hpp"
#include "support/settings.hpp"
#include "support/statistics.hpp"
#include "support/step.hpp"
