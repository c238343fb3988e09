#include <weft/models/io/byte_stream.h>
#include <weft/models/io/line_reader.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "compressed.h"
#include "temporary_file.h"
#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using namespace weft::text;
using test::gzip, test::TemporaryFile, test::TemporaryFolder, test::write_file;

namespace {

std::string content_of(ByteStream& bytes, std::size_t buffer_size = 1000) {
  std::string content, buffer(buffer_size, '\0');
  while (const std::size_t count = bytes.read(buffer)) content.append(buffer, 0, count);
  return content;
}

// Text that compresses to more than the reader's buffer holds.
std::string long_text() {
  std::string text;
  std::uint64_t state = 1;
  for (int i = 0; i < 40000; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    text += std::to_string(state >> 20) + "\n";
  }
  return text;
}

void refuses(const std::string& bytes, const std::string& message) {
  const TemporaryFile file(bytes);
  CHECK_THROWS_WITH_AS(content_of(*open_bytes(file.path())), (file.path() + message).c_str(), FormatError);
}

}  // namespace

TEST_CASE("gzip data is decompressed, whatever the file name and buffer size") {
  const std::string text = long_text();
  const TemporaryFile plain(text), compressed(gzip(text)), two(gzip("one ") + gzip("") + gzip("two"));
  for (std::size_t buffer : {1U, 7U, 65536U, 1U << 20}) {
    if (buffer > 1) CHECK(content_of(*open_bytes(plain.path()), buffer) == text);
    CHECK(content_of(*open_bytes(compressed.path()), buffer) == text);
    CHECK(content_of(*open_bytes(two.path()), buffer) == "one two");
  }
  CHECK(content_of(*open_bytes(TemporaryFile("").path())).empty());
  CHECK(content_of(*open_bytes(TemporaryFile("\x1F").path())) == "\x1F");
  CHECK(content_of(*open_bytes(TemporaryFile(gzip("")).path())).empty());
}

TEST_CASE("truncated or broken gzip data is an error that names the file") {
  const std::string whole = gzip("some text, some more text, and some text again");
  for (std::size_t size = 2; size < whole.size(); ++size) refuses(whole.substr(0, size), ": the gzip data is truncated");
  refuses(whole + "behind", ": there is other data after the gzip data");
  std::string wrong_sum = whole;
  wrong_sum[whole.size() - 6] ^= 1;
  refuses(wrong_sum, ": the gzip data is broken: incorrect data check");
  std::string wrong_method = whole;
  wrong_method[2] = 3;
  refuses(wrong_method, ": the gzip data is broken: unknown compression method");
}

TEST_CASE("gzip data with a changed byte is read or refused") {
  const std::string whole = gzip(long_text().substr(0, 3000));
  int refused = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
    const TemporaryFile file(changed);
    try {
      content_of(*open_bytes(file.path()));
    } catch (const FormatError& error) {
      ++refused;
      CHECK(std::string(error.what()).starts_with(file.path() + ": "));
    }
  }
  CHECK(refused > static_cast<int>(whole.size()) - 12);  // a few bytes of the header have no effect on the data
}

TEST_CASE("a pipe is read once, and its content can be read repeatedly") {
  TemporaryFolder folder;
  const std::string pipe = folder / "pipe", text = long_text();
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  std::thread writer([&] { write_file(pipe, gzip(text)); });
  const RepeatableFile file(pipe);
  auto first = file.open();
  auto second = file.open();
  CHECK(content_of(*second) == text);
  writer.join();
  CHECK(content_of(*first) == text);
  CHECK(folder.files() == 1);
}

TEST_CASE("a pipe without a writer is refused after some time, but a slow writer is not") {
  using namespace std::chrono_literals;
  TemporaryFolder folder;
  const std::string pipe = folder / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  const std::string message = "cannot read " + pipe + ": no process writes to this pipe";
  CHECK_THROWS_WITH_AS(open_bytes(pipe, 150ms), message.c_str(), IoError);
  const int writer = open(pipe.c_str(), O_RDWR | O_CLOEXEC);  // does not wait for a reader
  REQUIRE(writer >= 0);
  std::thread late([&] {
    std::this_thread::sleep_for(400ms);  // longer than a pipe without a writer would be waited for
    CHECK(::write(writer, "late", 4) == 4);
    close(writer);
  });
  std::string content;
  CHECK_NOTHROW(content = content_of(*open_bytes(pipe, 150ms)));
  late.join();
  CHECK(content == "late");
}

TEST_CASE("errors name files that cannot be read") {
  CHECK_THROWS_WITH_AS(open_bytes("/nowhere/file"), "cannot open /nowhere/file: No such file or directory", IoError);
  CHECK_THROWS_WITH_AS(open_bytes("/"), "cannot read /: it is a folder", IoError);
  CHECK(name_of("-") == "standard input");
  CHECK(name_of("/dev/stdin") == "standard input");
  CHECK(name_of("-.tsv") == "-.tsv");
}

TEST_CASE("lines of any length up to the limit are read") {
  const std::string longest(kLongestLine - 1, 'x');
  const TemporaryFile fits(longest + "\nshort"), too_long("short\n" + longest + "yy");
  LineReader reader(open_bytes(fits.path()), "fits");
  std::string_view line;
  REQUIRE(reader.next(line));
  CHECK(line.size() == longest.size());
  REQUIRE(reader.next(line));
  CHECK(line == "short");
  CHECK(reader.line() == 2);
  CHECK_FALSE(reader.next(line));
  LineReader refuses(open_bytes(too_long.path()), "file");
  CHECK(refuses.next(line));
  CHECK_THROWS_WITH_AS(refuses.next(line), "file:2: a line is longer than 16 MiB", FormatError);
}

TEST_CASE("zeros after gzip data are padding, as for gzip(1)") {
  const std::string zeros(70000, '\0');
  CHECK(content_of(*open_bytes(TemporaryFile(gzip("one") + zeros).path())) == "one");
  CHECK(content_of(*open_bytes(TemporaryFile(gzip("one ") + std::string(1, '\0') + gzip("two") + zeros).path())) == "one two");
  refuses(gzip("one") + zeros + "behind", ": there is other data after the gzip data");
}

TEST_CASE("a pipe is copied no further than it was read") {
  TemporaryFolder folder;
  const std::string path = folder / "pipe";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  const int writer = open(path.c_str(), O_RDWR);  // keeps the pipe open
  REQUIRE(writer >= 0);
  REQUIRE(write(writer, "first\n", 6) == 6);
  const RepeatableFile file(path);
  const auto one = file.open(), two = file.open();
  std::string buffer(100, '\0');
  CHECK(one->read(buffer) > 0);
  std::string again;
  while (again.size() < 6) again.append(buffer, 0, two->read(buffer));
  CHECK(again == "first\n");
  REQUIRE(write(writer, "second\n", 7) == 7);
  std::string more;
  while (more.size() < 7) more.append(buffer, 0, two->read(buffer));
  CHECK(more == "second\n");
  close(writer);
}
