// Tests of options in model files and checkpoints.
#include <doctest/doctest.h>
#include <weft/models/io/decimal.h>
#include <weft/models/options/stored_options.h>
#include <weft/tensor/base/error.h>

namespace weft {

namespace {

enum class Color { red, green };
constexpr EnumName<Color> kColorNames[] = {{Color::red, "red"}, {Color::green, "green"}};

struct Options {
  std::int64_t layers = 1;
  double dropout = 0.1;
  bool bridge = false;
  Color color = Color::red, later = Color::red;
  std::int64_t unsaved = 1;

  OptionFields fields() {
    return {{.name = "layers", .value = &layers, .in_files = InFiles::always, .key = "number of layers"},
            {.name = "dropout", .value = &dropout, .in_files = InFiles::always},
            {.name = "bridge", .value = &bridge, .in_files = InFiles::always, .absent = "1"},
            {.name = "color", .value = named_option(color, kColorNames), .in_files = InFiles::always},
            {.name = "later", .value = named_option(later, kColorNames), .in_files = InFiles::unless_absent, .absent = "red"},
            {.name = "unsaved", .value = &unsaved}};
  }
};

Metadata metadata_of(Options options) {
  Metadata metadata;
  add_options(metadata, options.fields(), text::decimal);
  return metadata;
}

Options options_of(const Metadata& metadata) {
  Options options;
  read_options("m.weft", metadata, options.fields());
  return options;
}

}  // namespace

TEST_CASE("files contain the options that are marked for files, under their keys") {
  CHECK(metadata_of({}) == Metadata{{"number of layers", "1"}, {"dropout", "0.1"}, {"bridge", "0"}, {"color", "red"}});
  CHECK(metadata_of({.bridge = true, .color = Color::green, .later = Color::green, .unsaved = 7}) ==
        Metadata{{"number of layers", "1"}, {"dropout", "0.1"}, {"bridge", "1"}, {"color", "green"}, {"later", "green"}});
}

TEST_CASE("options are read as they were written") {
  const Options read = options_of(
      metadata_of({.layers = 3, .dropout = 1e-3, .bridge = true, .color = Color::green, .later = Color::green, .unsaved = 7}));
  CHECK(read.layers == 3);
  CHECK(read.dropout == 1e-3);
  CHECK(read.bridge);
  CHECK(read.color == Color::green);
  CHECK(read.later == Color::green);
  CHECK(read.unsaved == 1);
}

TEST_CASE("an option that is newer than the file gets the value that the file implies") {
  Metadata old = metadata_of({.later = Color::green});
  old.erase("bridge");
  old.erase("later");
  const Options read = options_of(old);
  CHECK(read.bridge);
  CHECK(read.later == Color::red);
  Options options;
  CHECK(absent_options(options.fields(), text::decimal) == Metadata{{"bridge", "1"}, {"later", "red"}});
}

TEST_CASE("missing and invalid entries are errors that name the file and the entry") {
  auto refused = [](const char* key, const char* value, const char* message) {
    Metadata metadata = metadata_of({});
    value ? void(metadata[key] = value) : void(metadata.erase(key));
    CHECK_THROWS_WITH_AS(options_of(metadata), doctest::Contains(message), FormatError);
  };
  refused("number of layers", nullptr, "m.weft: ");
  refused("number of layers", "0", "number of layers");
  refused("dropout", "much", "dropout");
  refused("bridge", "2", "bridge");
  refused("color", "blue", "m.weft: color is \"blue\", not red or green");
}

}  // namespace weft
