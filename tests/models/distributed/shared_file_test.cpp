// A temporary file that the ranks of a machine share.
#include <doctest/doctest.h>
#include <weft/models/distributed/shared_file.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "tests/environment.h"
#include "tests/models/distributed/thread_ranks.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::results_of_ranks, test::TemporaryFolder, test::ThreadRank;
using text::UnnamedFile;

namespace {

struct Seen {
  ino_t inode = 0;
  bool is_writable = false;
  std::string content;
};

std::string content_of(const UnnamedFile& file) {
  std::string content(64, '\0');
  const ssize_t size = pread(file.descriptor(), content.data(), content.size(), 0);
  content.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return content;
}

// Writes the text if this rank may, and returns what it sees when all have written.
Seen write_and_look(UnnamedFile& file, const std::string& text, ThreadRank& ranks) {
  on_every_rank(&ranks, [&] {
    if (file.is_writable()) file.append(text);
  });
  struct stat status {};
  require<IoError>(fstat(file.descriptor(), &status) == 0, "the file is closed");
  return {status.st_ino, file.is_writable(), content_of(file)};
}

}  // namespace

TEST_CASE("shared_file: all ranks of a machine have the same file, which the first of them writes") {
  for (const auto place : {UnnamedFile::Place::memory, UnnamedFile::Place::folder})
    for (int count : {1, 2, 4}) {
      CAPTURE(count);
      const auto seen = results_of_ranks(count, [&](ThreadRank& ranks) {
        const auto file = shared_file(&ranks, place);
        on_first_rank(&ranks, [&] { file->append("written once"); });
        struct stat status {};
        CHECK(fstat(file->descriptor(), &status) == 0);
        CHECK(status.st_nlink == 0);  // nothing is left of it, no matter how the process ends
        const Seen found{status.st_ino, file->is_writable(), content_of(*file)};
        on_every_rank(&ranks, [] {});  // the first rank's descriptor stays open until the others are done
        return found;
      });
      for (std::size_t rank = 0; rank < seen.size(); ++rank) {
        CHECK(seen[rank].content == "written once");
        CHECK(seen[rank].inode == seen[0].inode);
        CHECK(seen[rank].is_writable == (rank == 0));
      }
    }
  CHECK(shared_file(nullptr, UnnamedFile::Place::memory)->is_writable());
}

TEST_CASE("shared_file: the ranks of each machine share a file of their own") {
  const auto seen = results_of_ranks(4, [](ThreadRank& ranks) {
    const std::string machine = ranks.rank() % 2 == 0 ? "even" : "odd";
    const auto file = shared_file(&ranks, UnnamedFile::Place::memory, machine);
    const Seen found = write_and_look(*file, machine, ranks);
    on_every_rank(&ranks, [] {});
    return found;
  });
  for (std::size_t rank = 0; rank < seen.size(); ++rank) {
    CHECK(seen[rank].is_writable == (rank < 2));
    CHECK(seen[rank].content == (rank % 2 == 0 ? "even" : "odd"));
    CHECK(seen[rank].inode == seen[rank % 2].inode);
  }
  CHECK(seen[0].inode != seen[1].inode);
}

TEST_CASE("shared_file: if one rank cannot tell which processes it sees, every rank has a file of its own") {
  for (int unknown : {0, 3}) {
    CAPTURE(unknown);
    const auto seen = results_of_ranks(4, [&](ThreadRank& ranks) {
      const auto file = shared_file(&ranks, UnnamedFile::Place::memory, ranks.rank() == unknown ? "" : this_machine());
      const Seen found = write_and_look(*file, "rank " + std::to_string(ranks.rank()), ranks);
      on_every_rank(&ranks, [] {});
      return found;
    });
    for (std::size_t rank = 0; rank < seen.size(); ++rank) {
      CHECK(seen[rank].is_writable);
      CHECK(seen[rank].content == "rank " + std::to_string(rank));
    }
  }
}

TEST_CASE("shared_file: ranks that cannot make a file share that of another one, or have none") {
  TemporaryFolder folder;
  const test::EnvironmentVariable missing("TMPDIR", folder / "missing");
  for (int count : {1, 2, 4})
    for (const auto& file :
         results_of_ranks(count, [](ThreadRank& ranks) { return shared_file(&ranks, UnnamedFile::Place::folder); }))
      CHECK(file == nullptr);
  // A rank in memory stands for one whose $TMPDIR is there.
  const auto seen = results_of_ranks(4, [](ThreadRank& ranks) {
    const auto file = shared_file(&ranks, ranks.rank() == 1 ? UnnamedFile::Place::memory : UnnamedFile::Place::folder);
    const Seen found = write_and_look(*file, "of rank 1", ranks);
    on_every_rank(&ranks, [] {});
    return found;
  });
  for (std::size_t rank = 0; rank < seen.size(); ++rank) {
    CHECK(seen[rank].is_writable == (rank == 1));
    CHECK(seen[rank].content == "of rank 1");
  }
}

TEST_CASE("shared_file: the file outlives the rank that wrote it") {
  results_of_ranks(2, [](ThreadRank& ranks) {
    auto file = shared_file(&ranks, UnnamedFile::Place::memory);
    on_first_rank(&ranks, [&] {
      file->append("kept");
      file.reset();
    });
    if (file) CHECK(content_of(*file) == "kept");
    return 0;
  });
}

TEST_CASE("a file of another process can only be read") {
  const UnnamedFile written(UnnamedFile::Place::memory);
  UnnamedFile read(getpid(), written.descriptor());
  read.extend(100);
  CHECK(read.size() == 100);
  CHECK(content_of(read).empty());  // the other one has not made it longer yet
  CHECK_THROWS_AS(read.append("no"), IoError);
  CHECK_THROWS_WITH_AS(UnnamedFile(getpid(), 99999), doctest::Contains("/fd/99999: No such file or directory"), IoError);
}
