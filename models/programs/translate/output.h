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
  bool n_best = false;  // lines begin with their source's number
  bool scores = false;
  std::optional<AlignmentForm> alignment;
  std::string alignment_file;  // empty: alignments stand with the outputs
  std::optional<double> alignment_threshold;
  bool source_pieces = false, target_pieces = false;  // unit bpe: links are those of the words
};

// --scores, --alignment, --alignment-file, --alignment-threshold.
void add_output_options(Command& command, OutputOptions& options);

// "-1.2346", and those of all tokens with spaces between them.
std::string log_probability_text(double value);
std::string token_scores(const Translation& translation);

// Writes translations to standard output, in fields with " ||| " between them where there is more than one:
//     [number of the source line, from 0, for n-best] ||| text ||| [links] ||| [LogP= x Tokens= x x ..] ||| [score]
// The text is written as text::one_line has it; among other fields its bars are &#124; where it holds three of them in a row.
class TranslationOutput {
 public:
  // Throws IoError when the file of alignments cannot be written. What it has is lost with the first write() or flush(), not
  // before.
  explicit TranslationOutput(OutputOptions options);

  void write(std::size_t line, const std::vector<Translation>& translations);
  // Throws IoError when what was written is lost.
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
