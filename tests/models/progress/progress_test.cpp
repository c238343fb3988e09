#include <doctest/doctest.h>
#include <weft/models/io/utf8.h>
#include <weft/models/progress/progress.h>

#include <chrono>
#include <iterator>
#include <sstream>
#include <thread>

using namespace weft;

TEST_CASE("progress: the line is cut to the terminal's width, and its rest is cleared") {
  std::ostringstream out;
  {
    Progress progress(
        out, [] { return 40; }, "epoch 1", 7);
    progress.update(7, 100, "tokens", [] { return "loss 0.1234 and a note that is far too long for this terminal"; });
    const std::string line = out.str();
    REQUIRE(line.starts_with("\repoch 1 "));
    REQUIRE(line.ends_with("\033[K"));
    std::int64_t characters = 0;
    for (text::CodePoint c : text::CodePoints(std::string_view(line).substr(1, line.size() - 4))) {
      CHECK(c.valid);
      ++characters;
    }
    CHECK(characters == 39);
  }
  CHECK(out.str().ends_with("\r\033[K"));
}

TEST_CASE("progress: work of unknown length shows the amount done and the speed") {
  std::ostringstream out;
  Progress progress(
      out, [] { return 80; }, "reading", 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(110));
  progress.update(7, 700, "texts");
  const std::string line = out.str();
  CHECK(line.starts_with("\rreading 7  "));
  CHECK(line.ends_with(" texts/s\033[K"));
  CHECK(std::stoi(line.substr(12)) > 0);
}

TEST_CASE("progress: short work without a terminal shows nothing") {
  std::ostringstream out;
  {
    Progress(
        out, [] { return 0; }, "epoch 1", 7)
        .update(7, 100, "tokens");
  }
  CHECK(out.str().empty());
}

TEST_CASE("progress: a cleared line is not cleared again, so that later output stays") {
  std::ostringstream out;
  {
    Progress progress(
        out, [] { return 40; }, "epoch 1", 7);
    progress.update(7, 100, "tokens");
    progress.clear();
    CHECK(out.str().ends_with("\r\033[K"));
    out << "a line of the log\n";
  }
  CHECK(out.str().ends_with("\r\033[Ka line of the log\n"));
}
