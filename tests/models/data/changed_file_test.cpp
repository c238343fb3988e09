// Data that is read several times must not change in between. Temporary files have no name that could be left behind.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <weft/models/data/example_source.h>
#include <weft/models/io/unnamed_file.h>
#include <weft/tensor/base/error.h>

#include "tests/environment.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::TemporaryFolder, test::write_file;

namespace {

// Writes a file and sets the second of its last modification.
void write_at(const std::string& path, const std::string& content, time_t second) {
  write_file(path, content);
  const timespec times[2] = {{.tv_sec = second, .tv_nsec = 0}, {.tv_sec = second, .tv_nsec = 0}};
  REQUIRE(utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

}  // namespace

TEST_CASE("data files: a file that changes between or during readings is refused") {
  TemporaryFolder folder;
  const std::string path = folder / "data.tsv", old = "a\tone\nb\ttwo\n";
  for (const char* changed : {"a\tone\nb\tsix\n", "a\tone\n", "a\tone\nb\ttwo\nc\tthree\n"}) {
    CAPTURE(changed);
    write_at(path, old, 1000);
    const auto between = text::labelled_file(path);
    CHECK(read_all(*between).size() == 2);
    CHECK(read_all(*between).size() == 2);
    write_at(path, changed, 2000);
    CHECK_THROWS_WITH_AS(read_all(*between), (path + ": was changed after it was first read").c_str(), IoError);

    write_at(path, old, 1000);
    const auto source = text::labelled_file(path);
    const auto reader = source->open();
    text::LabelledText example;
    CHECK(reader->next(example));
    write_at(path, changed, 2000);
    CHECK_THROWS_WITH_AS(
        [&] {
          while (reader->next(example)) continue;
        }(),
        doctest::Contains((path + ": was changed while it was read").c_str()), IoError);
  }
  // A different file in its place is a change too.
  write_at(path, old, 1000);
  const auto replaced = text::labelled_file(path);
  CHECK(read_all(*replaced).size() == 2);
  write_at(path + ".new", old, 1000);
  REQUIRE(rename((path + ".new").c_str(), path.c_str()) == 0);
  CHECK_THROWS_AS(read_all(*replaced), IoError);
}

TEST_CASE("temporary files: they have no name, so that a killed process leaves none behind") {
  TemporaryFolder folder;
  const test::EnvironmentVariable there("TMPDIR", folder / "");
  {
    text::UnnamedFile file;
    file.append("content");
    CHECK(folder.files() == 0);
    struct stat status {};
    REQUIRE(fstat(file.descriptor(), &status) == 0);
    CHECK(status.st_size == 7);
    CHECK(status.st_nlink == 0);
  }
  CHECK(folder.files() == 0);
}
