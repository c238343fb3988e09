// Trainings whose first rank writes what one rank would write.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "tests/models/distributed/thread_ranks.h"

namespace weft::test {

// What the first rank writes.
struct Written {
  std::string model, log;
};

// Checks that `train` writes the same on 2 and 4 ranks as on one, for which the communicator is null.
inline void check_same_files(const std::function<Written(Communicator*)>& train) {
  const Written alone = train(nullptr);
  CHECK(alone.model.size() > 1000);
  for (int count : {2, 4}) {
    CAPTURE(count);
    run_on_ranks(count, [&](ThreadRank& ranks) {
      const Written shared = train(&ranks);
      if (ranks.rank() > 0) return;
      CHECK((shared.model == alone.model));
      CHECK(shared.log == alone.log);
    });
  }
}

}  // namespace weft::test
