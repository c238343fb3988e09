// Temporary files without a name, in a folder or in memory.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <weft/models/io/unnamed_file.h>
#include <weft/tensor/base/error.h>

#include <csignal>
#include <string>

#include "tests/environment.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::EnvironmentVariable, test::TemporaryFolder;
using text::UnnamedFile;

namespace {

// No file may grow beyond so many bytes until the end of the scope.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;
  ~FileLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

template <class Work>
std::string error_within_limit(Work work) {
  const FileLimit limit(40000);
  try {
    work();
  } catch (const IoError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("an unnamed file is in TMPDIR and leaves nothing there") {
  TemporaryFolder folder;
  {
    const EnvironmentVariable missing("TMPDIR", folder / "missing");
    const std::string message = "cannot make a temporary file in " + (folder / "missing") + ": No such file or directory";
    CHECK_THROWS_WITH_AS(UnnamedFile(), message.c_str(), IoError);
  }
  const EnvironmentVariable there("TMPDIR", folder / "");
  UnnamedFile file;
  file.append("some bytes");
  file.extend(100);
  CHECK(file.size() == 110);
  CHECK(folder.files() == 0);
  CHECK_THROWS_WITH_AS(file.extend(std::size_t{1} << 60), doctest::Contains("cannot make a temporary file in "), IoError);
}

TEST_CASE("an unnamed file that cannot grow says whether it is in a folder or in memory") {
  TemporaryFolder folder;
  const EnvironmentVariable there("TMPDIR", folder / "");
  const std::string in_folder = "a temporary file in " + (folder / ""), bytes(50000, 'x');
  for (const auto place : {UnnamedFile::Place::folder, UnnamedFile::Place::memory}) {
    const std::string name = place == UnnamedFile::Place::folder ? in_folder : "memory that ranks share";
    UnnamedFile file(place);
    CHECK(error_within_limit([&] { file.extend(65536); }) == "cannot make " + name + " 65536 bytes longer: File too large");
    CHECK(error_within_limit([&] { file.append(bytes); }) == "cannot write " + name + ": File too large");
  }
}
