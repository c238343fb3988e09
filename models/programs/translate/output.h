// The output lines of translate run.
#pragma once

#include <weft/models/programs/translate/command.h>
#include <weft/models/translator/translator.h>

#include <fstream>
#include <optional>
#include <string>

namespace weft::programs {

enum class AlignmentForm : std::uint8_t { picture, pharaoh, soft };
inline constexpr EnumName<AlignmentForm> kAlignmentFormNames[] = {
    {AlignmentForm::picture, "picture"}, {AlignmentForm::pharaoh, "pharaoh"}, {AlignmentForm::soft, "soft"}};

struct OutputOptions {
  bool n_best = false;  // lines begin with the number of their source
  bool scores = false;
  std::optional<AlignmentForm> alignment;
  std::string alignment_file;  // if empty, alignments are written with the outputs
  std::optional<double> alignment_threshold;
  bool source_pieces = false, target_pieces = false;  // with unit bpe, links are between words
};

// Adds --scores, --alignment, --alignment-file and --alignment-threshold.
void add_output_options(Command& command, OutputOptions& options);

// Returns "-1.2346", and the numbers of all tokens separated by spaces.
std::string log_probability_text(double value);
std::string token_scores(const Translation& translation);

// Writes translations to standard output. If a line has several fields, they are separated by " ||| ":
//     [number of the source line, from 0, for n-best] ||| text ||| [links] ||| [LogP= x Tokens= x x ..] ||| [score]
// The text is written as by text::one_line. If there are other fields, the bars of a text with three of them in a row become
// &#124;.
class TranslationOutput {
 public:
  // Throws IoError if the file of alignments cannot be written. Its previous content is kept until the first write() or flush().
  explicit TranslationOutput(OutputOptions options);

  void write(std::size_t line, const std::vector<Translation>& translations);
  // Throws IoError if the output could not be written.
  void flush();

 private:
  std::string links(const Translation& translation) const;
  std::string fields(std::size_t line, const Translation& translation) const;
  void write_alignment(const Translation& translation);
  void empty_file();

  OutputOptions options_;
  std::ofstream file_;
  bool emptied_ = false;
};

}  // namespace weft::programs
