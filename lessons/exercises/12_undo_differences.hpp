#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The way back from differences to the series, for a batch. A model was trained on differences alone, and the first row was
// set aside. It has said
//
//   changes [B,T-1,D]   what it predicts for x_2 - x_1, x_3 - x_2, ..., x_T - x_(T-1)
//
// and you have
//
//   x [B,T,D]           the true series. Whoever uses the model knows no row of it but the first.
//
// The result is the predicted series [B,T,D], beginning with the true first row. Gradients must flow. Useful:
// tg::select(x, 1, t) is row t of each item, [B,D]; tg::unstack(changes, 1) gives all rows as a vector<Tensor>, and
// tg::stack(rows, 1) puts such a vector together again. (The engine's cumsum is what this is about, and may not be used.)

namespace exercise {

using tg::Tensor;

inline Tensor undo_differences(const Tensor& changes, const Tensor& x) {
  not_done_yet("undo_differences", R"(lessons/03_timestep_differencing.cpp, "The other cure: differences")");
}

}  // namespace exercise
