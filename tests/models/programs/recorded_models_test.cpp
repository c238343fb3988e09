// Models and unfinished checkpoints written by earlier programs can be loaded, give the same answers, and resume to the same
// models. tests/reference/record_models.py recorded them.
#include <weft/models/classifier/classify.h>
#include <weft/models/data/files.h>
#include <weft/models/io/decimal.h>
#include <weft/models/io/model_file.h>
#include <weft/models/subwords/sentencepiece.h>
#include <weft/models/translator/translator.h>
#include <weft/tensor/arithmetic/compare.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/models/programs/run_program.h"

using namespace weft;
using test::read_file, test::Run, test::TemporaryFolder;

namespace {

const std::string kFolder = WEFT_SOURCE_DIR "/tests/reference/models/";

struct Recorded {
  std::string name, program, train, checkpoint;  // checkpoint: the name of the file, or "" if there is none
  using Epochs = std::vector<std::map<std::string, std::string>>;
  Epochs epochs, resumed;  // the latter: of a training from the checkpoint, if its end differs from the model's
  struct Answer {
    std::string arguments, input, output;
  };
  std::vector<Answer> answers;

  std::string model() const { return kFolder + name + ".weft"; }
  std::string resumed_model() const { return resumed.empty() ? model() : kFolder + name + ".resumed.weft"; }
};

// Returns the models except those with units that this build of weft lacks.
std::vector<Recorded> recorded_models() {
  std::ifstream file(kFolder + "models.json");
  std::vector<Recorded> all;
  for (const nlohmann::json& one : nlohmann::json::parse(file)) {
    Recorded recorded{one["name"], one["program"], one["train"], one["checkpoint"], one["epochs"], {}, {}};
    if (one.contains("resumed")) recorded.resumed = one["resumed"].get<Recorded::Epochs>();
    for (const nlohmann::json& answer : one["answers"])
      recorded.answers.push_back({answer["arguments"], answer["input"], answer["output"]});
    if (recorded.name != "sentencepiece" || text::has_sentencepiece()) all.push_back(recorded);
  }
  return all;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
  return text;
}

// Returns arguments from models.json in the form for a shell; "@" is replaced by the folder of the files.
std::string for_shell(const std::string& arguments) {
  std::istringstream words(replaced(arguments, "@/", kFolder));
  std::string quoted;
  for (std::string word; words >> word;) quoted += "'" + word + "' ";
  return quoted;
}

// Returns the number if the whole text is a number with a fraction, otherwise nothing.
std::optional<double> fraction(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.find('.') == std::string_view::npos) return std::nullopt;
  return value;
}

// Returns whether texts are equal except for the last digit of numbers, which depends on the order of sums of an instruction set.
bool same_but_for_rounding(const std::string& a, const std::string& b) {
  constexpr const char* kBetween = " \t\n:,%";
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const std::size_t end_a = std::min(a.find_first_of(kBetween, i), a.size()),
                      end_b = std::min(b.find_first_of(kBetween, j), b.size());
    const std::string_view one(a.data() + i, end_a - i), other(b.data() + j, end_b - j);
    if (const auto x = fraction(one), y = fraction(other); x && y) {
      const auto digits = static_cast<double>(one.size() - one.find('.') - 1);
      if (!(std::abs(*x - *y) <= 1.01 * std::pow(10, -digits))) return false;
    } else if (one != other) {
      return false;
    }
    if (end_a < a.size() && end_b < b.size() && a[end_a] != b[end_b]) return false;
    i = end_a + 1, j = end_b + 1;
  }
  return (i < a.size()) == (j < b.size()) && a.ends_with('\n') == b.ends_with('\n');
}

// The rows of --csv-log.
std::vector<std::map<std::string, std::string>> table_of(const std::string& csv) {
  std::vector<std::map<std::string, std::string>> rows;
  std::vector<std::string> names;
  std::istringstream lines(csv);
  for (std::string line, cell; std::getline(lines, line);) {
    std::istringstream cells(line);
    std::vector<std::string> values;
    while (std::getline(cells, cell, ',')) values.push_back(cell);
    if (names.empty()) {
      names = values;
      continue;
    }
    REQUIRE(values.size() == names.size());
    rows.emplace_back();
    for (std::size_t i = 0; i < names.size(); ++i) rows.back()[names[i]] = values[i];
  }
  return rows;
}

void check_table(const std::string& csv, const Recorded::Epochs& epochs) {
  const auto rows = table_of(csv);
  REQUIRE(rows.size() == epochs.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i].size() == epochs[i].size() + 1);  // plus the seconds
    for (const auto& cell : epochs[i]) {
      const std::string &column = cell.first, &value = cell.second;  // clang 14 captures no structured bindings
      CAPTURE(column);
      REQUIRE(rows[i].contains(column));
      const auto now = fraction(rows[i].at(column)), then = fraction(value);
      if (now && then)
        CHECK(*now == doctest::Approx(*then).epsilon(1e-5));  // the order of f32 sums depends on the instruction set
      else
        CHECK(rows[i].at(column) == value);
    }
  }
}

void check_same_model(const std::string& path, const std::string& expected_path) {
  TensorFile file = load_tensors(path), expected = load_tensors(expected_path);
  file.metadata.erase("checksum"), expected.metadata.erase("checksum");
  std::istringstream recorded_options(expected.metadata.at("config"));  // a new file also lists options that were added later
  for (std::string line; std::getline(recorded_options, line);)
    CHECK(file.metadata.at("config").find(line + "\n") != std::string::npos);
  file.metadata.erase("config"), expected.metadata.erase("config");
  CHECK(file.metadata == expected.metadata);
  REQUIRE(file.tensors.size() == expected.tensors.size());
  for (const auto& each : expected.tensors) {
    const std::string& name = each.first;
    const Tensor& tensor = each.second;
    CAPTURE(name);
    REQUIRE(file.tensors.contains(name));
    const Tensor& now = file.tensors.at(name);
    REQUIRE(now.shape() == tensor.shape());
    REQUIRE(now.dtype() == tensor.dtype());
    // Instruction sets sum in different orders. After the few updates from the checkpoint, results differ by up to 2.4e-7.
    CHECK(all_close(now, tensor, 2e-6, 2e-6));
  }
}

// Returns those of the arguments that name a file, with their options.
std::string files_of(const std::string& arguments) {
  std::istringstream words(arguments);
  std::string files;
  for (std::string word, before; words >> word; before = word)
    if (word.starts_with("@/")) files += before + " " + word + " ";
  return files;
}

void check_goes_on(const Recorded& recorded, const std::string& options) {
  CAPTURE(recorded.name);
  CAPTURE(options);
  TemporaryFolder folder;
  const std::string model = folder / (recorded.name + ".weft"), log = folder / "log.csv";
  std::filesystem::copy(kFolder + recorded.checkpoint, folder / recorded.checkpoint);
  const Run run =
      test::run_program(recorded.program, for_shell("train " + options + " --resume --model " + model + " --csv-log " + log));
  CAPTURE(run.error);
  REQUIRE(run.code == 0);
  CHECK(run.out.find("\nresumed at epoch ") != std::string::npos);
  check_table(read_file(log), recorded.resumed.empty() ? recorded.epochs : recorded.resumed);
  check_same_model(model, recorded.resumed_model());
}

// Checks the first label of each answer of predict.
void check_predictions(const Recorded& recorded) {
  std::istringstream input(recorded.answers.at(0).input), output(recorded.answers.at(0).output);
  std::vector<std::string> texts;
  for (std::string line; std::getline(input, line);) texts.push_back(line);
  for (const Prediction& prediction : TextClassifier::load(recorded.model()).predict(texts)) {
    std::string line;
    REQUIRE(std::getline(output, line));
    const std::string first = line.substr(0, line.find('\t', line.find('\t') + 1));
    CHECK(same_but_for_rounding(prediction.label + '\t' + text::fixed(prediction.probability, 4), first));
  }
}

// Checks the output of score --tokens.
void check_scores(const Recorded& recorded) {
  Translator translator = Translator::load(recorded.model());
  text::FileOptions options;
  options.context = translator.context();
  std::string scores;
  const std::string path = kFolder + (options.context.lines > 0 ? "talks.chat" : "pairs-dev.tsv");
  for (const Translation& scored : translator.score(read_all(*text::pair_file(path, options)))) {
    scores += text::fixed(scored.log_probability, 4) + " |||";
    for (double token : scored.token_log_probabilities) scores += ' ' + text::fixed(token, 4);
    scores += '\n';
  }
  CAPTURE(scores);
  CHECK(same_but_for_rounding(scores, recorded.answers.back().output));
}

}  // namespace

TEST_CASE("recorded models: the programs give the recorded answers") {
  for (const Recorded& recorded : recorded_models()) {
    CAPTURE(recorded.name);
    REQUIRE(!recorded.answers.empty());
    for (const Recorded::Answer& answer : recorded.answers) {
      CAPTURE(answer.arguments);
      const Run run =
          test::run_program(recorded.program, for_shell(replaced(answer.arguments, "MODEL", recorded.model())), answer.input);
      CAPTURE(run.error);
      CHECK(run.code == 0);
      CAPTURE(run.out);
      CAPTURE(answer.output);
      CHECK(same_but_for_rounding(run.out, answer.output));
    }
    const Run shown = test::run_program(recorded.program, for_shell("show --model " + recorded.model()));
    CHECK(shown.code == 0);
    CHECK(shown.out.find(load_tensors(recorded.model()).metadata.at("config")) != std::string::npos);
  }
}

TEST_CASE("recorded models: loading and saving gives the same bytes") {
  TemporaryFolder folder;
  for (const Recorded& recorded : recorded_models()) {
    CAPTURE(recorded.name);
    const std::string again = folder / recorded.name;
    if (recorded.program == "classify")
      TextClassifier::load(recorded.model()).save(again);
    else
      Translator::load(recorded.model()).save(again);
    CHECK(read_file(again) == read_file(recorded.model()));
  }
}

TEST_CASE("recorded models: C++ gives the programs' answers") {
  for (const Recorded& recorded : recorded_models()) {
    CAPTURE(recorded.name);
    if (recorded.program == "classify")
      check_predictions(recorded);
    else
      check_scores(recorded);
  }
}

TEST_CASE("recorded checkpoints: resumed training gives the recorded model") {
  std::size_t count = 0;
  for (const Recorded& recorded : recorded_models()) {
    if (recorded.checkpoint.empty()) continue;
    ++count;
    check_goes_on(recorded, recorded.train);
    TemporaryFolder folder;
    const std::string config = folder / "config.toml";
    test::write_file(config, load_tensors(recorded.model()).metadata.at("config"));
    check_goes_on(recorded, files_of(recorded.train) + "--config " + config);
  }
  CHECK(count == 11);
}

TEST_CASE("recorded checkpoints: a training whose schedule does not depend on its length can be extended") {
  std::size_t count = 0;
  for (const Recorded& recorded : recorded_models()) {
    const bool has_end = recorded.train.find("cosine") != std::string::npos ||
                         recorded.train.find("linear") != std::string::npos ||
                         (recorded.program == "translate" && recorded.train.find("--schedule") == std::string::npos);
    const std::size_t at = recorded.train.find("--epochs ");
    if (recorded.checkpoint.empty() || has_end || recorded.train.find("--dev") == std::string::npos) continue;
    REQUIRE(at != std::string::npos);
    CAPTURE(recorded.name);
    TemporaryFolder folder;
    std::filesystem::copy(kFolder + recorded.checkpoint, folder / recorded.checkpoint);
    std::string options = recorded.train;
    options[at + 9] += 1;  // the number of epochs has one digit
    const std::string log = folder / "log.csv";
    const Run run = test::run_program(recorded.program, for_shell("train " + options + " --resume --model " +
                                                                  (folder / (recorded.name + ".weft")) + " --csv-log " + log));
    CAPTURE(run.error);
    CHECK(run.code == 0);
    CHECK(run.out.find("\nresumed at epoch ") != std::string::npos);
    CHECK(read_file(log).find(std::string("\n") + options[at + 9] + ",") != std::string::npos);
    ++count;
  }
  CHECK(count >= 2);
}

TEST_CASE("recorded models: every file is used by a test") {
  std::set<std::string> known{"models.json", "labelled.tsv", "labelled-dev.tsv", "pairs.tsv",   "pairs-dev.tsv",
                              "talks.chat",  "links.txt",    "vectors.txt",      "pieces.model"};
  known.insert("sentencepiece.weft");
  for (const Recorded& recorded : recorded_models()) {
    known.insert({recorded.name + ".weft", recorded.checkpoint});
    if (!recorded.resumed.empty()) known.insert(recorded.name + ".resumed.weft");
  }
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    CAPTURE(entry.path().string());
    CHECK(known.contains(entry.path().filename().string()));
  }
}
