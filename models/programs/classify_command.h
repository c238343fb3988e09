// What the subcommands of classify share.
#pragma once

#include <weft/models/programs/command_line.h>
#include <weft/models/text/files.h>

#include <set>

namespace weft::programs {

// Labelled texts; lines that are not UTF-8 are reported.
inline std::vector<text::LabelledText> read_labelled(const std::string& path) {
  text::BadBytesReport report;
  auto texts = text::read_labelled(path, &report);
  for (const auto& bad : report) std::cerr << text::to_string(bad) << '\n';
  return texts;
}

// The same, with labels that training knows.
inline std::vector<text::LabelledText> read_labelled(const std::string& path, const std::set<std::string>& known) {
  auto texts = read_labelled(path);
  for (std::size_t i = 0; i < texts.size(); ++i)
    require<FormatError>(known.contains(texts[i].label), path, ":", i + 1, ": the label \"", texts[i].label,
                         "\" is not in the training data");
  return texts;
}

void add_train(CLI::App& app);
void add_evaluate(CLI::App& app);
void add_predict(CLI::App& app);

}  // namespace weft::programs
