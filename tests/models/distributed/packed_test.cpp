#include <doctest/doctest.h>
#include <weft/models/distributed/packed.h>

#include <cmath>
#include <limits>
#include <unordered_map>
#include <vector>

using namespace weft;
using weft::detail::pack, weft::detail::unpack;

namespace {

struct Inner {
  std::vector<std::int64_t> numbers;
  auto fields() { return std::tie(numbers); }
  bool operator==(const Inner&) const = default;
};

struct Measured {
  double value = 0;
  std::optional<float> other = {};
  auto fields() { return std::tie(value, other); }
  auto fields() const { return std::tie(value, other); }
  bool operator==(const Measured&) const = default;
};

struct Outer {
  bool flag = false;
  std::int64_t number = 0;
  std::string text;
  std::vector<Inner> inner;
  std::pair<std::string, int> pair;
  auto fields() { return std::tie(flag, number, text, inner, pair); }
  bool operator==(const Outer&) const = default;
};

template <class T>
std::string packed(T value) {
  std::string bytes;
  pack(value, bytes);
  return bytes;
}

}  // namespace

TEST_CASE("packed floating numbers and optional ones keep their bits, and may not end too early") {
  using Limits = std::numeric_limits<double>;
  const std::vector<Measured> all{{0.1, 0.5F}, {-0.0, {}}, {Limits::denorm_min(), 0.0F}, {Limits::infinity(), {}}};
  const std::string bytes = detail::to_bytes(all);
  const auto found = detail::from_bytes<std::vector<Measured>>(bytes);
  CHECK(found == all);
  CHECK(std::signbit(found[1].value));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_THROWS_AS(detail::from_bytes<std::vector<Measured>>(bytes.substr(0, size)), RankError);
}

TEST_CASE("packed values are read again as they were, one after the other") {
  using Limits = std::numeric_limits<std::int64_t>;
  const std::vector<std::int64_t> numbers{0, 1, 127, 128, 300, 16383, 16384, 1LL << 40, -1, -128, Limits::min(), Limits::max()};
  for (std::int64_t number : numbers) {
    CAPTURE(number);
    const std::string bytes = packed(number);
    std::string_view rest = bytes;
    CHECK(unpack<std::int64_t>(rest) == number);
    CHECK(rest.empty());
  }
  CHECK(packed(std::int64_t{127}).size() == 1);
  CHECK(packed(std::int64_t{16383}).size() == 2);
  const Outer whole{true, -5, std::string("a\0b", 3), {{numbers}, {}, {{7}}}, {"", 3}}, empty;
  std::string bytes;
  for (Outer each : {whole, empty, whole}) pack(each, bytes);
  std::string_view rest = bytes;
  CHECK(unpack<Outer>(rest) == whole);
  CHECK(unpack<Outer>(rest) == empty);
  CHECK(unpack<Outer>(rest) == whole);
  CHECK(rest.empty());
  std::unordered_map<std::string, std::int64_t> counts{{"a", 3}};
  CHECK(packed(counts) == packed(std::vector<std::pair<std::string, std::int64_t>>{{"a", 3}}));
}

TEST_CASE("packed values that end too early are an error") {
  const std::string bytes = packed(Outer{true, 300, "text", {{{1, 2}}, {{300}}}, {"x", 300}});
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    std::string_view part = std::string_view(bytes).substr(0, length);
    CHECK_THROWS_AS(unpack<Outer>(part), RankError);
  }
}
