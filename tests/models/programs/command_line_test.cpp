// Descriptions of options, and the values that a command line gives them.
#include <doctest/doctest.h>
#include <weft/models/programs/command_line/parse.h>

#include <string>
#include <vector>

using namespace weft;

namespace {

enum class Colour { red, green };
constexpr EnumName<Colour> kColourNames[] = {{Colour::red, "red"}, {Colour::green, "green"}};

struct Painting {
  Colour colour = Colour::green;
  std::optional<Colour> frame;
  std::optional<double> share;
  std::int64_t coats = 2, hairs = 100;
  int thickness = 2;
  double speed = 0.0015;
  std::string name = "wall", file;
  std::vector<std::string> helpers;
  std::vector<std::int64_t> sizes;
  bool dry = true, loud = false;
  programs::Command program{"house", "Works on a house"};
  programs::Command& paint = program.subcommand("paint", "Paints it");

  Painting() {
    paint.options({{.name = "colour", .value = named_option(colour, kColourNames), .help = "of the wall"},
                   {.name = "thickness", .value = &thickness, .range = from_to(1, 9), .help = "of a coat", .flag = "--thick"},
                   {.name = "brush_hairs", .value = &hairs, .range = at_least(1), .help = "of a brush"},
                   {.name = "unasked", .value = &hairs}});
    paint.option({.name = "frame", .value = named_option(frame, kColourNames)});
    programs::Option& share_option = paint.option("--share", &share, "");
    paint.option("--coats", &coats, "").range(1, 3).needs(share_option);
    paint.option("--speed", &speed, "");
    paint.option("--name", &name, "").without_default();
    paint.option("--file", &file, "").reads_file();
    paint.option("--helpers", &helpers, "").values(1, 2);
    paint.option("--sizes", &sizes, "").separated_by(',');
    paint.flag("--dry", "--wet", &dry, "");
    paint.flag("--loud", &loud, "");
  }
  bool parse(std::vector<std::string> words) {
    words.insert(words.begin(), {"house", "paint"});
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    return programs::parse(program, static_cast<int>(pointers.size()), pointers.data(), true);
  }
  const programs::Option& option(const std::string& option_name) const { return *paint.find(option_name); }
};

std::string refusal(const std::vector<std::string>& words) {
  try {
    Painting().parse(words);
  } catch (const programs::UsageError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("options: the default is the value of the variable") {
  const Painting house;
  CHECK(house.option("--colour").default_text() == "green");
  CHECK(house.option("--frame").default_text() == "auto");
  CHECK(house.option("--share").default_text().empty());
  CHECK(house.option("--coats").default_text() == "2");
  CHECK(house.option("--coats").type() == "INT");
  CHECK(house.option("--speed").default_text() == "0.0015");
  CHECK(house.option("--speed").type() == "FLOAT");
  CHECK(house.option("--name").default_text().empty());
  CHECK(house.option("--file").type() == "FILE");
  CHECK(house.option("--file").input() == programs::Input::data);
  CHECK(house.option("--dry").default_text() == "true");
  CHECK(house.option("--dry").is_on());
  CHECK(&house.option("--wet") == &house.option("--dry"));
  CHECK(house.option("--loud").default_text().empty());
  CHECK(house.paint.find("--size") == nullptr);
  CHECK(house.option("--thick").default_text() == "2");
  CHECK(house.option("--thick").library_name() == "thickness");
  CHECK(house.option("--brush-hairs").type() == "INT");
  CHECK(house.paint.find("--unasked") == nullptr);
}

TEST_CASE("options: variables get the values of the command line, and options know that they were given") {
  Painting house;
  CHECK(house.parse({"--colour", "red", "--frame=green", "--share", "0.5", "--coats", "3", "--helpers", "a", "b", "--sizes",
                     "1,2", "--sizes", "3", "--wet", "--loud"}));
  CHECK(house.colour == Colour::red);
  CHECK(house.frame == Colour::green);
  CHECK(house.share == 0.5);
  CHECK(house.coats == 3);
  CHECK(house.helpers == std::vector<std::string>{"a", "b"});
  CHECK(house.sizes == std::vector<std::int64_t>{1, 2, 3});
  CHECK_FALSE(house.dry);
  CHECK(house.loud);
  CHECK(house.paint.is_given());
  CHECK(house.option("--coats").given() == std::vector<std::string>{"3"});
  CHECK_FALSE(house.option("--dry").is_on());
  CHECK(house.option("--loud").is_on());
  CHECK(house.paint.is_given("--wet"));
  CHECK_FALSE(house.paint.is_given("--speed"));
  CHECK_FALSE(house.paint.is_given("--size"));

  Painting other;
  CHECK(other.parse({"--frame", "auto", "--loud=false"}));
  CHECK_FALSE(other.frame);
  CHECK_FALSE(other.option("--loud").is_on());
}

TEST_CASE("options: values that the description excludes are refused") {
  CHECK(refusal({"--colour", "blue"}) == "--colour: blue not in {red,green}");
  CHECK(refusal({"--speed", "high"}) == "--speed: \"high\" is not a number");
  CHECK(refusal({"--share", "0.5x"}) == "--share: \"0.5x\" is not a number");
  CHECK(refusal({"--thick", "10"}) == "--thick: \"10\" is not a whole number from 1 to 9");
  CHECK(refusal({"--brush-hairs", "0"}) == "--brush-hairs: \"0\" is not a whole number from 1 to 1000000000");
  CHECK(refusal({"--share", "1", "--coats", "4"}) == "--coats: \"4\" is not a whole number from 1 to 3");
  CHECK(refusal({"--coats", "1"}) == "--coats requires --share");
  CHECK(refusal({"--file", ""}) == "--file: the file's path is empty");
  CHECK(refusal({"--helpers", "a", "b", "c"}) == "--helpers: At Most 2 required but received 3");
  CHECK(refusal({"--colours", "red"}) == "unknown option or argument --colours; did you mean \"--colour\"?");
}
