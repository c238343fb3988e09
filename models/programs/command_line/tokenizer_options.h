// --unit and what belongs to it.
#pragma once

#include <weft/models/programs/command_line/command.h>
#include <weft/models/subwords/tokenizer_choice.h>

#include <optional>
#include <string>
#include <vector>

namespace weft::programs {

// What the command line says about tokenizers. Files are one for all text or, where text has two sides, one for each.
struct TokenizerArguments {
  text::TokenizerOptions options = {};
  std::optional<text::Unit> target_unit = {};  // of the second side, where that is not options.unit
  text::BpeLearning bpe = {};
  std::int64_t usual_merges = text::BpeLearning().merges;  // where --bpe-merges is not given
  bool separate = false;                                   // codes for each side
  std::vector<std::string> bpe_codes = {}, save_bpe_codes = {}, sentencepiece = {};

  // Of both sides, or of each.
  void set_units(const std::vector<std::string>& names);
  text::Unit unit(std::size_t side) const { return side > 0 ? target_unit.value_or(options.unit) : options.unit; }
  bool has_unit(text::Unit wanted) const { return unit(0) == wanted || unit(1) == wanted; }

  // For one side.
  text::TokenizerChoice choice(std::size_t side) const;

  // Before any work is done: throws ValueError where options contradict each other.
  void validate() const;

  // Whether one tokenizer cuts both sides.
  bool is_one() const { return unit(0) == unit(1) && !separate && bpe_codes.size() < 2 && sentencepiece.size() < 2; }

  void save_codes(std::size_t set, const text::Tokenizer& tokenizer) const;
};

void add_tokenizer_options(Command& command, TokenizerArguments& arguments, int sides);

}  // namespace weft::programs
