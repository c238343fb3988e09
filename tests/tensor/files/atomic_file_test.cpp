#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/files/atomic_file.h>

#include <filesystem>
#include <thread>
#include <utility>

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

// A process that has written the first half of a file and waits until it is killed or told to continue.
class HalfWritten {
 public:
  explicit HalfWritten(const std::string& path) {
    int begun[2], go_on[2];
    REQUIRE((pipe(begun) == 0 && pipe(go_on) == 0));
    process_ = fork();
    if (process_ == 0) {
      close(go_on[1]);  // the read fails when the test has ended
      _exit(write_slowly(path, begun[1], go_on[0]));
    }
    char byte = 0;
    REQUIRE(read(begun[0], &byte, 1) == 1);
    for (int descriptor : {begun[0], begun[1], go_on[0]}) close(descriptor);
    go_on_ = go_on[1];
  }
  ~HalfWritten() { kill(); }
  void kill() {
    if (process_ == 0) return;
    ::kill(process_, SIGKILL);
    wait();
  }
  bool finish() {
    const char byte = 0;
    return ::write(go_on_, &byte, 1) == 1 && wait() == 0;
  }

 private:
  static int write_slowly(const std::string& path, int begun, int go_on) {
    try {
      AtomicFile file(path);
      file.write("half ");
      char byte = 0;
      if (::write(begun, &byte, 1) != 1 || read(go_on, &byte, 1) != 1) return 1;
      file.write("whole");
      file.commit();
      return 0;
    } catch (...) {
      return 2;
    }
  }
  int wait() {
    int status = 0;
    waitpid(std::exchange(process_, 0), &status, 0);
    close(go_on_);
    return status;
  }
  pid_t process_ = 0;
  int go_on_ = -1;
};

}  // namespace

TEST_CASE("atomic file: the content is the old one or the new one, never a part") {
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

TEST_CASE("atomic file: other than regular files are not replaced") {
  TemporaryFolder folder;
  const std::string pipe = folder / "pipe", sub = folder / "sub", link = folder / "link", broken = folder / "broken";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  std::filesystem::create_directory(sub);
  std::filesystem::create_symlink(pipe, link);
  std::filesystem::create_symlink(folder / "nothing", broken);
  CHECK_THROWS_WITH_AS(AtomicFile{pipe}, (pipe + ": is not a regular file").c_str(), IoError);
  CHECK_THROWS_WITH_AS(AtomicFile{link}, (link + ": is not a regular file").c_str(), IoError);
  CHECK_THROWS_WITH_AS(AtomicFile{sub}, (sub + ": is a folder").c_str(), IoError);
  CHECK_THROWS_WITH_AS(AtomicFile{broken}, (broken + ": is a broken link").c_str(), IoError);
  CHECK_THROWS_WITH_AS(AtomicFile{""}, "the path of a file is empty", IoError);
  CHECK(std::filesystem::is_fifo(pipe));
  CHECK(folder.files() == 4);
}

TEST_CASE("atomic file: a link to a file is kept, and its target is written") {
  TemporaryFolder folder, other;
  write_file(other / "file", "old");
  std::filesystem::create_symlink(other / "file", folder / "link");
  write(folder / "link", "new");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(read_file(other / "file") == "new");
  CHECK(other.files() == 1);
  CHECK(folder.files() == 1);
}

TEST_CASE("atomic file: only temporary names are recognised") {
  CHECK(AtomicFile::target_of_temporary("model.partial-4711-0") == "model");
  CHECK(AtomicFile::target_of_temporary("a.partial-1.partial-2-12") == "a.partial-1");
  for (const char* name : {"model", "model.partial-1", "model.partial-1-", "model.partial-1-1x", "model.partial-1x-1",
                           "model.partial-0-1", "model.partial--1-1", "model.partial-notes"}) {
    CAPTURE(name);
    CHECK_FALSE(AtomicFile::target_of_temporary(name));
  }
}

TEST_CASE("atomic file: a replaced file keeps its mode, even through a link") {
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

TEST_CASE("atomic file: others cannot read a private file while it is written") {
  TemporaryFolder folder;
  const std::string path = folder / "file";
  write_file(path, "old");
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  AtomicFile file(path);
  for (const auto& entry : std::filesystem::directory_iterator(folder / "")) CHECK(mode_of(entry.path().string()) == 0600);
}

TEST_CASE("atomic file: the next attempt to write a file removes leftovers of killed processes") {
  TemporaryFolder folder;
  HalfWritten(folder / "file").kill();
  REQUIRE(folder.files() == 1);
  // Files of other hosts or containers, with process ids that belong to living processes here.
  for (const char* name : {"file.partial-1-0", "file.partial-1-4000000000", "other.partial-1-0"})
    write_file(folder / name, "half");
  write_file(folder / ("file.partial-" + std::to_string(getpid()) + "-0"), "half");
  write_file(folder / "file.partial-1-1", "half");
  REQUIRE(chmod((folder / "file.partial-1-1").c_str(), 0444) == 0);
  std::filesystem::create_symlink(folder / "other.partial-1-0", folder / "file.partial-1-2");
  std::filesystem::create_directory(folder / "file.partial-1-3");
  REQUIRE(mkfifo((folder / "file.partial-1-4").c_str(), 0600) == 0);
  write(folder / "file", "whole");
  CHECK(read_file(folder / "file") == "whole");
  CHECK(read_file(folder / "other.partial-1-0") == "half");
  CHECK(folder.files() == 5);  // including files that no AtomicFile makes
}

TEST_CASE("atomic file: a file that another process is writing is kept") {
  TemporaryFolder folder;
  const std::string path = folder / "file";
  HalfWritten other(path), killed(path);
  CHECK(folder.files() == 2);
  killed.kill();
  write(path, "first");
  CHECK(read_file(path) == "first");
  CHECK(folder.files() == 2);
  CHECK(other.finish());
  CHECK(read_file(path) == "half whole");
  CHECK(folder.files() == 1);
}

TEST_CASE("atomic file: a file that another thread or AtomicFile is writing is kept") {
  TemporaryFolder folder;
  const std::string path = folder / "file";
  {
    AtomicFile first(path), second(path);
    CHECK(folder.files() == 2);
    second.write("second");
    second.commit();
    first.write("first");
    first.commit();
  }
  CHECK(read_file(path) == "first");
  auto write_often = [&path](const std::string& content) {
    for (int i = 0; i < 100; ++i) write(path, content);
  };
  std::thread thread(write_often, "one");
  CHECK_NOTHROW(write_often("other"));
  thread.join();
  CHECK(folder.files() == 1);
}

TEST_CASE("atomic file: a name whose temporary form is too long is refused at the start") {
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

TEST_CASE("atomic file: on a full disk the error has the reason, and the old file is kept") {
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
