// Runs the program classify on small generated data.
#pragma once

#include <weft/models/generated/generate_labelled.h>

#include <map>
#include <sstream>

#include "tests/models/programs/run_program.h"

namespace weft::test {

inline Run classify(const std::string& arguments, const std::string& input = "", const std::string& redirection = "") {
  return run_program("classify", arguments, input, redirection);
}

inline std::string tsv(const std::vector<text::LabelledText>& texts) {
  std::string lines;
  for (const auto& [label, words] : texts) lines += label + '\t' + words + '\n';
  return lines;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// Texts for training, dev and test, and a folder for models.
struct Files {
  TemporaryFolder folder;
  std::string train = folder / "train.tsv", dev = folder / "dev.tsv", test = folder / "test.tsv", model = folder / "model";

  Files() {
    auto texts = text::generate_labelled(460, 1);
    auto part = [&](std::ptrdiff_t begin, std::ptrdiff_t end) { return tsv({texts.begin() + begin, texts.begin() + end}); };
    write_file(train, part(0, 300));
    write_file(dev, part(300, 360));
    write_file(test, part(360, 460));
  }
  // Returns the training command with these options instead of the usual ones.
  std::string training(const std::map<std::string, std::string>& changes = {}) const {
    std::map<std::string, std::string> options{{"--train", train},          {"--dev", dev},          {"--model", model},
                                               {"--embedding-dim", "16"},   {"--vocab-size", "400"}, {"--epochs", "1"},
                                               {"--learning-rate", "1e-2"}, {"--seed", "3"}};
    for (const auto& [name, value] : changes) options[name] = value;
    std::string command = "train";
    for (const auto& [name, value] : options) command += " " + name + " " + value;
    return command;
  }
};

}  // namespace weft::test
