#include <doctest/doctest.h>
#include <weft/models/progress/csv_log.h>
#include <weft/models/progress/tensorboard.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::TemporaryFolder;

TEST_CASE("tensorboard: checksums are those of TFRecord files") {
  // The CRC-32C of "123456789" is 0xE3069283 (see RFC 3720, B.4); TFRecord files mask it.
  CHECK(detail::masked_crc32c("123456789") == ((0xE3069283U >> 15 | 0xE3069283U << 17) + 0xA282EAD8U));
  // 32 zeros: 0x8A9136AA.
  CHECK(detail::masked_crc32c(std::string(32, '\0')) == ((0x8A9136AAU >> 15 | 0x8A9136AAU << 17) + 0xA282EAD8U));
}

TEST_CASE("tensorboard: events are encoded as protocol buffers") {
  // wall_time 1.0, step 300, summary {value {tag "a", simple_value 0.5}}.
  const std::string expected(
      "\x09\x00\x00\x00\x00\x00\x00\xF0\x3F\x10\xAC\x02\x2A\x0A\x0A\x08\x0A\x01"
      "a\x15\x00\x00\x00\x3F",
      24);
  CHECK(detail::scalar_event("a", 300, 0.5F, 1.0) == expected);
}

TEST_CASE("tensorboard: each run writes a new file of records") {
  TemporaryFolder folder;
  {
    TensorBoard first(folder / "runs/a"), second(folder / "runs/a", 3);
    for (std::int64_t update = 1; update <= 30; ++update) {
      first.add(UpdateRecord{.update = update, .loss = 1, .learning_rate = 0.1});
      second.add(UpdateRecord{.update = update, .loss = 1, .gradient_norm = 2, .learning_rate = 0.1});
    }
  }
  std::vector<std::size_t> records;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "runs/a")) {
    const std::string bytes = test::read_file(entry.path().string());
    std::size_t count = 0, at = 0;
    while (at < bytes.size()) {
      std::uint64_t size = 0;
      std::uint32_t check = 0;
      std::memcpy(&size, bytes.data() + at, sizeof size);
      std::memcpy(&check, bytes.data() + at + 8, sizeof check);
      REQUIRE(check == detail::masked_crc32c(std::string_view(bytes).substr(at, 8)));
      const std::string_view event = std::string_view(bytes).substr(at + 12, size);
      std::memcpy(&check, bytes.data() + at + 12 + size, sizeof check);
      REQUIRE(check == detail::masked_crc32c(event));
      at += size + 16;
      ++count;
    }
    records.push_back(count);
  }
  std::sort(records.begin(), records.end());
  CHECK(records == std::vector<std::size_t>{2 + 3 * 2, 2 + 10 * 3});
  test::write_file(folder / "file", "");
  CHECK_THROWS_AS(TensorBoard(folder / "file"), IoError);
}

TEST_CASE("csv log: each epoch is a row") {
  EpochRecord record{.epoch = 1,
                     .train = {0.5, {{"accuracy", 0.25}}},
                     .validation = Scores{0.75, {{"accuracy", 0.125}}},
                     .seconds = 1.5,
                     .gradient_norm = 2,
                     .tokens = 300,
                     .updates = 10,
                     .skipped = 1,
                     .learning_rate = 1e-3};
  CHECK(to_csv({record}) ==
        "epoch,updates,seconds,tokens,learning_rate,gradient_norm,skipped,loss,accuracy,dev_loss,dev_accuracy\n"
        "1,10,1.5,300,0.001,2,1,0.5,0.25,0.75,0.125\n");
  CHECK(to_csv({}) == "epoch,updates,seconds,tokens,learning_rate,gradient_norm,skipped\n");
  CHECK_THROWS_AS(csv_log("/nowhere/log.csv"), IoError);
}
