#include <weft/models/decoding/alignment.h>
#include <weft/models/io/decimal.h>
#include <weft/models/io/one_line.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/translate/output.h>
#include <weft/models/report/alignment.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <utility>

namespace weft::programs {

namespace {

constexpr const char* kSeparator = " ||| ";

// Returns the index of the word to which each token belongs.
std::vector<std::int64_t> words_of(const std::vector<std::string>& tokens, bool pieces) {
  if (pieces) return words_of_pieces(tokens);
  std::vector<std::int64_t> words(tokens.size());
  std::iota(words.begin(), words.end(), 0);
  return words;
}

// Writes bars as &#124;, as Moses does, if the text contains something that could be taken for the separator of fields.
std::string one_field(const std::string& text) {
  std::string field;
  for (char c : text::one_line(text)) {
    if (c == '|')
      field += "&#124;";
    else
      field += c;
  }
  return text.find("|||") == std::string::npos ? text::one_line(text) : field;
}

}  // namespace

std::string log_probability_text(double value) { return text::fixed(value, 4); }

std::string token_scores(const Translation& translation) {
  std::string text;
  for (double log_probability : translation.token_log_probabilities)
    text += (text.empty() ? "" : " ") + log_probability_text(log_probability);
  return text;
}

void add_output_options(Command& command, OutputOptions& options) {
  command.flag("--scores", &options.scores, "also print ln p of each output and of its tokens, and its score");
  Option& alignment =
      command
          .option(
              "--alignment",
              [&options](const std::string& name) {
                options.alignment = value_in(kAlignmentFormNames, name).value_or(AlignmentForm::picture);
              },
              "attention of the decoder: picture below each output, pharaoh (links 0-0 1-2, source-target) or soft (JSON with "
              "all weights)")
          .values(0, 1)
          .default_text("picture")
          .check([](const std::string& name) {
            const bool known = name.empty() || value_in(kAlignmentFormNames, name);
            return known ? "" : "\"" + name + "\" is not one of " + list_of_names(kAlignmentFormNames, ", ");
          })
          .type(list_of_names(kAlignmentFormNames, "|", "|"));
  command.option("--alignment-file", &options.alignment_file, "file for the alignments, one entry for each output")
      .writes_file(Output::stream)
      .needs(alignment);
  command
      .option("--alignment-threshold", &options.alignment_threshold,
              "pharaoh: link all source tokens with at least this weight; without it, only the one with the largest weight")
      .needs(alignment);
}

TranslationOutput::TranslationOutput(OutputOptions options) : options_(std::move(options)) {
  if (options_.alignment_threshold) pharaoh_alignment({}, options_.alignment_threshold, Where{});
  if (options_.alignment_file.empty()) return;
  errno = 0;
  file_.open(options_.alignment_file, std::ios::binary | std::ios::app);  // keeps the content of an earlier run for now
  require<IoError>(file_.is_open(), "cannot write ", options_.alignment_file, ": ", std::strerror(errno));
}

std::string TranslationOutput::links(const Translation& translation) const {
  if (!translation.attention.defined()) return {};
  const Tensor weights = word_weights(translation.attention, words_of(translation.source, options_.source_pieces),
                                      words_of(translation.target, options_.target_pieces));
  return pharaoh_alignment(weights, options_.alignment_threshold);
}

std::string TranslationOutput::fields(std::size_t line, const Translation& translation) const {
  std::string text;
  if (options_.n_best) text = std::to_string(line) + kSeparator;
  const bool has_fields =
      options_.n_best || options_.scores || (options_.alignment == AlignmentForm::pharaoh && !file_.is_open());
  text += has_fields ? one_field(translation.text) : text::one_line(translation.text);
  if (options_.alignment == AlignmentForm::pharaoh && !file_.is_open()) text += kSeparator + links(translation);
  if (options_.scores)
    text += kSeparator + ("LogP= " + log_probability_text(translation.log_probability)) + " Tokens= " + token_scores(translation);
  if (options_.n_best || options_.scores) text += kSeparator + log_probability_text(translation.score);
  return text;
}

void TranslationOutput::write_alignment(const Translation& translation) {
  std::ostream& out = file_.is_open() ? static_cast<std::ostream&>(file_) : std::cout;
  if (options_.alignment == AlignmentForm::soft)
    out << json_alignment(translation.source, translation.target, translation.attention) << '\n';
  else if (options_.alignment == AlignmentForm::pharaoh && file_.is_open())
    out << links(translation) << '\n';
  else if (options_.alignment == AlignmentForm::picture && translation.attention.defined())
    out << alignment_picture(translation.source, translation.target, translation.attention);
}

void TranslationOutput::empty_file() {
  if (!file_.is_open() || std::exchange(emptied_, true)) return;
  if (!std::filesystem::is_regular_file(options_.alignment_file)) return;
  std::error_code error;
  std::filesystem::resize_file(options_.alignment_file, 0, error);
  require<IoError>(!error, "cannot write ", options_.alignment_file, ": ", error.message());
}

void TranslationOutput::write(std::size_t line, const std::vector<Translation>& translations) {
  empty_file();
  for (const Translation& translation : translations) {
    std::cout << fields(line, translation) << '\n';
    if (options_.alignment) write_alignment(translation);
  }
}

void TranslationOutput::flush() {
  flush_output();
  if (!file_.is_open()) return;
  empty_file();
  errno = 0;
  file_.flush();
  if (!file_.good() && errno == 0) {  // an earlier write failed; another one sets errno to the reason
    file_.clear();
    file_.put('\n').flush();
    file_.setstate(std::ios::badbit);
  }
  require<IoError>(file_.good(), "cannot write ", options_.alignment_file, errno ? ": " : "", errno ? std::strerror(errno) : "");
}

}  // namespace weft::programs
