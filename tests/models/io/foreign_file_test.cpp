#include "foreign_file.h"

#include <weft/models/io/byte_stream.h>
#include <weft/models/io/detail/foreign_file.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include "compressed.h"
#include "temporary_file.h"

using namespace weft;
using namespace weft::text;
using test::ForeignFile, test::foreign_files, test::gzip, test::TemporaryFile;

TEST_CASE("foreign files are recognised by their first bytes, even inside gzip data") {
  for (const auto& [bytes, said] : foreign_files())
    for (const std::string& content : {bytes, bytes + std::string(1000, '\n'), gzip(bytes)}) {
      const TemporaryFile file(content);
      CHECK_THROWS_WITH_AS(open_bytes(file.path()), (file.path() + said).c_str(), FormatError);
      CHECK_THROWS_WITH_AS(RepeatableFile(file.path()).open(), (file.path() + said).c_str(), FormatError);
    }
  const TemporaryFile twice(gzip(gzip("text\n")));
  CHECK_THROWS_WITH_AS(open_bytes(twice.path()), (twice.path() + ": is gzip data: decompress it first").c_str(), FormatError);
}

TEST_CASE("texts that begin like foreign files are accepted") {
  std::string buffer(1000, '\0');
  for (const std::string content : {"BZh9\ta text\n", "PK\tpenalty kick\n", "PAR1\tthe first par\n", "SQLite format 3\n",
                                    "%PDF\tx\n", "Rar!\tx\n", "7z\tx\n", "B", "P", "%"}) {
    const TemporaryFile file(content);
    const auto bytes = open_bytes(file.path());
    CHECK(buffer.substr(0, bytes->read(buffer)) == content);
  }
}

TEST_CASE("a typed line is recognised as text at once") {
  for (const std::string line : {"P\n", "B\n", "BZh\n", "BZh9\n", "%\n", "\n", "a\n", "SQLite\n", "ustar\n"})
    CHECK(!may_be_foreign(line));
  CHECK(!may_be_foreign(std::string("a\0b\n", 4)));
  CHECK(may_be_foreign("PK"));
  CHECK(may_be_foreign(std::string("name\0\0", 6)));
}
