// Tables of the names of enums.
#include <doctest/doctest.h>
#include <weft/tensor/base/enum_names.h>

using namespace weft;

namespace {

enum class Colour { red, dark_blue, green };
constexpr EnumName<Colour> kColourNames[] = {{Colour::red, "red"}, {Colour::dark_blue, "dark-blue"}, {Colour::green, "green"}};
enum class Only { one };
constexpr EnumName<Only> kOnlyNames[] = {{Only::one, "one"}};

}  // namespace

TEST_CASE("names of an enum are written, read and listed by one table") {
  for (const auto& [colour, name] : kColourNames) {
    CHECK(name_in(kColourNames, colour) == name);
    CHECK(value_in(kColourNames, name) == colour);
    CHECK(named_value(kColourNames, "colour is", name) == colour);
  }
  CHECK(name_in(kColourNames, static_cast<Colour>(3)).empty());
  for (const char* other : {"", "Red", "red ", "re", "dark_blue"}) CHECK_FALSE(value_in(kColourNames, other));
  CHECK(all_names(kColourNames) == std::vector<std::string>{"red", "dark-blue", "green"});
  CHECK(list_of_names(kColourNames) == "red, dark-blue or green");
  CHECK(list_of_names(kColourNames, ", ") == "red, dark-blue, green");
  CHECK(list_of_names(kColourNames, "|", "|") == "red|dark-blue|green");
  CHECK(list_of_names(kOnlyNames) == "one");
  CHECK_THROWS_WITH_AS(named_value(kColourNames, "colour is", "blue"), "colour is \"blue\", not red, dark-blue or green",
                       ValueError);
}
