// Tests of the descriptions of options, and of errors that name options.
#include <doctest/doctest.h>
#include <weft/models/options/option_error.h>
#include <weft/models/options/option_field.h>

#include <cmath>
#include <limits>

namespace weft {

namespace {

enum class Color { red, green };
constexpr EnumName<Color> kColorNames[] = {{Color::red, "red"}, {Color::green, "green"}};

struct Options {
  int layers = 1;
  double dropout = 0;
  Color color = Color::green;

  OptionFields fields() {
    return {{.name = "layers", .value = &layers, .range = at_least(1)},
            {.name = "dropout",
             .value = &dropout,
             .range = {.least = 0, .most = 1, .without_most = true, .why_not_end = ", which hides all"},
             .flag = "--hide"},
            {.name = "warm_color", .value = named_option(color, kColorNames)}};
  }
};

std::string refusal(const Options& options) {
  try {
    check_ranges("paint", fields_of(options), {"a.cpp", 7});
    return "";
  } catch (const OptionError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a range contains its limits unless they are excluded, and describes itself") {
  struct Case {
    OptionRange range;
    const char* text;
    std::vector<double> inside, outside;
  };
  const double infinity = std::numeric_limits<double>::infinity();
  for (const Case& each : {Case{at_least(1), "at least 1", {1, 1e300, infinity}, {0.999, -1, NAN, -infinity}},
                           {above(0), "above 0", {1e-300}, {0, -1, NAN}},
                           {from_to(0, 5), "from 0 to 5", {0, 5}, {-0.1, 5.1, NAN}},
                           {above_up_to(0, 1), "above 0 and at most 1", {0.5, 1}, {0, 1.5}},
                           {from_to_below(0, 1), "from 0 to below 1", {0, 0.999}, {1, -0.001}},
                           {from_to(1, 1e8), "from 1 to 100000000", {1e8}, {1e8 + 1}},
                           {finite_at_least(0), "a finite number of at least 0", {0, 1e300}, {-1, infinity, NAN}},
                           {finite_above(0), "a finite number above 0", {1e-300}, {0, infinity, NAN}},
                           {OptionRange{}, "", {0, -1e300, infinity}, {NAN}}}) {
    CHECK(each.range.text() == each.text);
    for (double value : each.inside) CHECK_MESSAGE(each.range.contains(value), value);
    for (double value : each.outside) CHECK_MESSAGE(!each.range.contains(value), value);
  }
}

TEST_CASE("check_ranges names the option, its value, the rule and the caller's line") {
  CHECK(refusal({}) == "");
  CHECK(refusal({.layers = 0}) == "paint: layers is 0, not at least 1, at a.cpp:7");
  CHECK(refusal({.layers = -1'000'000'000}) == "paint: layers is -1000000000, not at least 1, at a.cpp:7");
  CHECK(refusal({.dropout = 1}) == "paint: dropout is 1, not from 0 to below 1, which hides all, at a.cpp:7");
  CHECK(refusal({.dropout = 1.5}) == "paint: dropout is 1.5, not from 0 to below 1, at a.cpp:7");
  CHECK(refusal({.dropout = -NAN}) == "paint: dropout is nan, not from 0 to below 1, at a.cpp:7");
}

TEST_CASE("setting a value through a description changes the object that it describes") {
  Options options;
  const OptionFields fields = options.fields();
  const auto& color = std::get<NamedOption>(fields[2].value);
  CHECK(color.get() == "green");
  color.set("red");
  CHECK(options.color == Color::red);
  CHECK_THROWS_AS(color.set("blue"), ValueError);
  CHECK(color.names == std::vector<std::string>{"red", "green"});
  std::optional<Color> chosen = Color::red;
  const NamedOption automatic = named_option(chosen, kColorNames);
  CHECK(automatic.names == std::vector<std::string>{"auto", "red", "green"});
  automatic.set("auto");
  CHECK_FALSE(chosen);
  CHECK(automatic.get() == "auto");
  automatic.set("green");
  CHECK(chosen == Color::green);
  CHECK_THROWS_AS(automatic.set("blue"), ValueError);
}

TEST_CASE("the name on the command line is the option's name with dashes unless another is given") {
  Options options;
  const OptionFields fields = options.fields();
  CHECK(fields[0].command_line_name() == "--layers");
  CHECK(fields[1].command_line_name() == "--hide");
  CHECK(fields[2].command_line_name() == "--warm-color");
}

TEST_CASE("an error can rename its options and leaves the rest of the message unchanged") {
  try {
    check_option(false, {"a.cpp", 3}, "fit: ", OptionName{"layers"}, " 5 is above layers of ", OptionName{"model"}, ", ", 2.5);
    FAIL("nothing was thrown");
  } catch (const ValueError& error) {
    CHECK(std::string(error.what()) == "fit: layers 5 is above layers of model, 2.5, at a.cpp:3");
    const auto& option_error = dynamic_cast<const OptionError&>(error);
    CHECK(option_error.message([](const std::string& name) { return "--" + name; }) ==
          "fit: --layers 5 is above layers of --model, 2.5, at a.cpp:3");
  }
  CHECK_NOTHROW(require_option(true, OptionName{"layers"}));
  CHECK_THROWS_WITH_AS(require_option(false, OptionName{"layers"}, " is odd"), "layers is odd", OptionError);
}

}  // namespace weft
