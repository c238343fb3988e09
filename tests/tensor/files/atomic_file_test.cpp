#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <weft/tensor/error.h>
#include <weft/tensor/files/atomic_file.h>

#include <filesystem>

#include "tests/tensor/files/file_limit.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::read_file, test::TemporaryFolder, test::write_file;

namespace {

void write(const std::string& path, const std::string& content) {
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

pid_t dead_process() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  return child;
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
  const std::string gone = ".partial-" + std::to_string(dead_process()), here = ".partial-" + std::to_string(getpid());
  CHECK(AtomicFile::abandoned("model" + gone + "-0") == "model");
  CHECK(AtomicFile::abandoned("a.partial-1" + gone + "-12") == "a.partial-1");
  for (const std::string& name : {"model" + here + "-0", "model" + gone, "model" + gone + "-", "model" + gone + "-1x",
                                  "model" + gone + "x-1", std::string("model.partial-0-1"), std::string("model.partial--1-1"),
                                  std::string("model.partial-notes"), std::string("model")}) {
    CAPTURE(name);
    CHECK_FALSE(AtomicFile::abandoned(name));
  }
}

TEST_CASE("atomic file: a file that is replaced keeps its mode, through a link too") {
  TemporaryFolder folder;
  const std::string path = folder / "file", link = folder / "link", fresh = folder / "fresh";
  std::filesystem::create_symlink(path, link);
  for (mode_t mode : {0600u, 0640u, 0666u, 0755u, 0444u}) {
    CAPTURE(mode);
    write_file(path, "old");
    REQUIRE(chmod(path.c_str(), mode) == 0);
    write(path, "new");
    CHECK(mode_of(path) == mode);
    write(link, "newer");
    CHECK(mode_of(path) == mode);
    CHECK(read_file(path) == "newer");
    std::filesystem::remove(path);
  }
  const mode_t before = umask(027);
  write(fresh, "new");
  umask(before);
  CHECK(mode_of(fresh) == 0640);
}

TEST_CASE("atomic file: what others may not read they may not read while it is written either") {
  TemporaryFolder folder;
  const std::string path = folder / "file";
  write_file(path, "old");
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  AtomicFile file(path);
  for (const auto& entry : std::filesystem::directory_iterator(folder / "")) CHECK(mode_of(entry.path().string()) == 0600);
}

TEST_CASE("atomic file: what killed processes left of a file goes with the next attempt to write it") {
  TemporaryFolder folder;
  const std::string gone = ".partial-" + std::to_string(dead_process()) + "-3",
                    here = ".partial-" + std::to_string(getpid()) + "-";
  for (const std::string& name : {"file" + gone, "other" + gone, "file" + here + "7", "file" + here + "0"})
    write_file(folder / name, "half");
  // As a container's next run finds it: of a process with this number, but from before this one began.
  std::filesystem::last_write_time(folder / ("file" + here + "7"),
                                   std::filesystem::file_time_type::clock::now() - std::chrono::hours(24 * 365));
  {
    AtomicFile first(folder / "file"), second(folder / "file");
    CHECK_FALSE(std::filesystem::exists(folder / ("file" + gone)));
    CHECK_FALSE(std::filesystem::exists(folder / ("file" + here + "7")));
    CHECK(std::filesystem::exists(folder / ("other" + gone)));
    CHECK(std::filesystem::exists(folder / ("file" + here + "0")));  // may be another thread's
    second.write("second");
    second.commit();
    first.write("first");
    first.commit();
  }
  CHECK(read_file(folder / "file") == "first");
  CHECK(folder.files() == 3);
}

TEST_CASE("atomic file: a name that gets too long while the file is written is refused at the start") {
  TemporaryFolder folder;
  const std::string ending = ".partial-" + std::to_string(getpid()) + "-0";
  const std::string longest(255 - ending.size(), 'n');
  for (int i = 0; i < 20; ++i) write(folder / longest, "content");
  CHECK(read_file(folder / longest) == "content");
  const std::string path = folder / (longest + "n");
  CHECK_THROWS_WITH_AS(
      AtomicFile{path},
      (path + ": cannot create: File name too long: it is written as " + longest + "n" + ending + " (256 bytes) first").c_str(),
      IoError);
  CHECK(folder.files() == 1);
}

TEST_CASE("atomic file: where there is no room the error has the reason, and the old file stays") {
  TemporaryFolder folder;
  const std::string path = folder / "file";
  write_file(path, "old");
  auto write_much = [&] {
    const test::FileLimit limit(4096);
    write(path, std::string(5000, 'x'));
  };
  CHECK_THROWS_WITH_AS(write_much(), (path + ": cannot write: File too large").c_str(), IoError);
  CHECK(read_file(path) == "old");
  CHECK(folder.files() == 1);
}
