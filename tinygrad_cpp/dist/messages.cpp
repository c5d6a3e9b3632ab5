#include "tinygrad_cpp/dist/messages.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "tinygrad_cpp/error.hpp"
#if __has_include(<mpi.h>)
#define OMPI_SKIP_MPICXX 1  // without the C++ bindings, which MPI 3 removed
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>
#endif

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace dist {

// Open MPI, MPICH and its relatives, and Slurm's srun set them. A program that was started by hand has none.
const char* rank_variable() {
  for (const char* variable : {"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"})
    if (std::getenv(variable) != nullptr) return variable;
  return nullptr;
}

#if __has_include(<mpi.h>)
namespace {

bool joined = false;

// MPI counts in int.
constexpr std::size_t most = std::size_t{1} << 30;

template <class T>
void reduce(std::span<T> values, MPI_Datatype type, MPI_Op operation) {
  for (; joined && !values.empty(); values = values.subspan(std::min(most, values.size())))
    MPI_Allreduce(MPI_IN_PLACE, values.data(), static_cast<int>(std::min(most, values.size())), type,
                  operation, MPI_COMM_WORLD);
}

}  // namespace

Place join(int& argc, char**& argv) {
  Place place;
  if (rank_variable() == nullptr) return place;
  int given;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &given);  // the engine's threads send nothing
  joined = true;
  MPI_Comm_rank(MPI_COMM_WORLD, &place.rank);
  MPI_Comm_size(MPI_COMM_WORLD, &place.size);
  return place;
}

void leave() {
  if (std::exchange(joined, false)) MPI_Finalize();
}

void send_to_all(std::span<std::byte> bytes, int from) {
  for (; joined && !bytes.empty(); bytes = bytes.subspan(std::min(most, bytes.size())))
    MPI_Bcast(bytes.data(), static_cast<int>(std::min(most, bytes.size())), MPI_BYTE, from, MPI_COMM_WORLD);
}

void add_up(std::span<double> values) { reduce(values, MPI_DOUBLE, MPI_SUM); }
void add_up(std::span<std::int64_t> values) { reduce(values, MPI_INT64_T, MPI_SUM); }
void greatest(std::span<std::int64_t> values) { reduce(values, MPI_INT64_T, MPI_MAX); }
#else
Place join(int&, char**&) {
  if (const char* variable = rank_variable())
    fail("dist",
         "a launcher started this program ({} is set), but it was built without MPI; each process would "
         "train alone. Install MPI (make deps-check) and build again",
         variable);
  return {};
}

void leave() {}
void send_to_all(std::span<std::byte>, int) {}
void add_up(std::span<double>) {}
void add_up(std::span<std::int64_t>) {}
void greatest(std::span<std::int64_t>) {}
#endif

}}}  // namespace tg::dist
