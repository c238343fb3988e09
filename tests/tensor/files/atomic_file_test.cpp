#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <weft/tensor/error.h>
#include <weft/tensor/files/atomic_file.h>

#include <filesystem>

#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::read_file, test::TemporaryFolder, test::write_file;

namespace {

void write(const std::string& path, const std::string& content) {
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

}  // namespace

TEST_CASE("atomic file: the old content or the new, never half") {
  TemporaryFolder folder;
  write(folder / "file", "old");
  {
    AtomicFile file(folder / "file");
    file.write("ne");
    CHECK(read_file(folder / "file") == "old");
  }
  CHECK(read_file(folder / "file") == "old");
  write(folder / "file", "new");
  CHECK(read_file(folder / "file") == "new");
  CHECK(folder.files() == 1);
}

TEST_CASE("atomic file: what is no regular file keeps its place") {
  TemporaryFolder folder;
  const std::string pipe = folder / "pipe", sub = folder / "sub", link = folder / "link", broken = folder / "broken";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  std::filesystem::create_directory(sub);
  std::filesystem::create_symlink(pipe, link);
  std::filesystem::create_symlink(folder / "nothing", broken);
  CHECK_THROWS_WITH_AS(AtomicFile{pipe}, (pipe + ": is not a regular file").c_str(), IoError);
  CHECK_THROWS_WITH_AS(AtomicFile{link}, (link + ": is not a regular file").c_str(), IoError);
  CHECK_THROWS_WITH_AS(AtomicFile{sub}, (sub + ": is a folder").c_str(), IoError);
  CHECK_THROWS_WITH_AS(AtomicFile{broken}, (broken + ": is a link to nothing").c_str(), IoError);
  CHECK_THROWS_WITH_AS(AtomicFile{""}, "a file's path is empty", IoError);
  CHECK(std::filesystem::is_fifo(pipe));
  CHECK(folder.files() == 4);
}

TEST_CASE("atomic file: a link to a file stays one, and the file behind it is written") {
  TemporaryFolder folder, other;
  write_file(other / "file", "old");
  std::filesystem::create_symlink(other / "file", folder / "link");
  write(folder / "link", "new");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(read_file(other / "file") == "new");
  CHECK(other.files() == 1);
  CHECK(folder.files() == 1);
}

TEST_CASE("atomic file: what a dead process left is known by its name, and nothing else is") {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  const std::string gone = ".partial-" + std::to_string(child), here = ".partial-" + std::to_string(getpid());
  CHECK(AtomicFile::abandoned("model" + gone + "-0") == "model");
  CHECK(AtomicFile::abandoned("a.partial-1" + gone + "-12") == "a.partial-1");
  for (const std::string& name : {"model" + here + "-0", "model" + gone, "model" + gone + "-", "model" + gone + "-1x",
                                  "model" + gone + "x-1", std::string("model.partial-0-1"), std::string("model.partial--1-1"),
                                  std::string("model.partial-notes"), std::string("model")}) {
    CAPTURE(name);
    CHECK_FALSE(AtomicFile::abandoned(name));
  }
}
