// The one place where the library ends a process: nothing else can release ranks that wait for one that is gone.
#pragma once

#ifdef WEFT_MPI
#include <mpi.h>
#endif
#include <unistd.h>

#include <cstdlib>

namespace weft::detail {

// Ends the processes of all ranks, or this one if the others cannot be reached within five seconds.
[[noreturn]] inline void end_all_ranks() {
  constexpr int kFailure = 2;
  alarm(5);
#ifdef WEFT_MPI
  MPI_Abort(MPI_COMM_WORLD, kFailure);
#endif
  std::_Exit(kFailure);
}

}  // namespace weft::detail
