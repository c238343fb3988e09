#include <weft/models/training/training_lock.h>
#include <weft/tensor/base/error.h>

#include <filesystem>

#include "tests/models/programs/classify_files.h"

using namespace weft;
using test::check_refused, test::classify, test::Files;

TEST_CASE("one model is trained by one process at a time") {
  const Files files;
  const std::string link = files.folder / "link";
  {
    const TrainingLock lock(files.model), other(files.model + "2");
    const std::string said = ": another process is training into this model";
    CHECK_THROWS_WITH_AS(TrainingLock{files.model}, doctest::Contains((files.model + said).c_str()), ValueError);
    check_refused(classify(files.training()), files.model + said);
    CHECK(!std::filesystem::exists(files.model));
  }
  CHECK(classify(files.training()).code == 0);
  std::filesystem::create_symlink(files.model, link);
  {
    const TrainingLock lock(files.model);
    check_refused(classify(files.training({{"--model", link}})), link + ": another process is training into this model");
  }
  CHECK(classify(files.training({{"--model", link}})).code == 0);
}
