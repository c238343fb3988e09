// The options for tokenizers, --unit and others.
#pragma once

#include <weft/models/programs/command_line/command.h>
#include <weft/models/subwords/tokenizer_choice.h>

#include <optional>
#include <string>
#include <vector>

namespace weft::programs {

// The values of these options. There is one file for all text or, for pairs, one for each side.
struct TokenizerArguments {
  text::TokenizerOptions options = {};
  std::optional<text::Unit> target_unit = {};  // unit of the second side, if it differs from options.unit
  text::BpeLearning bpe = {};
  std::int64_t usual_merges = text::BpeLearning().merges;  // the default of --bpe-merges
  bool separate = false;                                   // codes for each side
  std::vector<std::string> bpe_codes = {}, save_bpe_codes = {}, sentencepiece = {};

  // Sets the unit of both sides, or one for each.
  void set_units(const std::vector<std::string>& names);
  text::Unit unit(std::size_t side) const { return side > 0 ? target_unit.value_or(options.unit) : options.unit; }
  bool has_unit(text::Unit wanted) const { return unit(0) == wanted || unit(1) == wanted; }

  // Returns the choice for one side.
  text::TokenizerChoice choice(std::size_t side) const;

  // Throws ValueError if options contradict each other. Call this before any work is done.
  void validate() const;

  // Whether both sides have the same tokenizer.
  bool is_one() const { return unit(0) == unit(1) && !separate && bpe_codes.size() < 2 && sentencepiece.size() < 2; }

  void save_codes(std::size_t set, const text::Tokenizer& tokenizer) const;
};

void add_tokenizer_options(Command& command, TokenizerArguments& arguments, int sides);

}  // namespace weft::programs
