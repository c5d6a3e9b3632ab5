#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "tinygrad_cpp/array/real.hpp"

// Internal: no public header includes this one. What dist/ needs of MPI, which messages.cpp alone includes. In
// a build without MPI, and in a program that no launcher started, there is one process, and nothing is sent.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace dist {

struct Place {
  int rank = 0, size = 1;
};

/// The environment variable in which a launcher told this process its rank; nullptr if nobody launched it.
const char* rank_variable();
/// Joins the processes that one launcher started. Error if they are several and this build has no MPI.
Place join(int& argc, char**& argv);
/// Says goodbye. A process that ends without it makes the launcher stop the others.
void leave();

/// Every process gets the bytes of rank `from`.
void send_to_all(std::span<std::byte> bytes, int from);
/// Element by element over all processes; each gets the result.
void add_up(std::span<double> values);
void add_up(std::span<std::int64_t> values);
void greatest(std::span<std::int64_t> values);

}}}  // namespace tg::dist
