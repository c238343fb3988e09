// --unit and what belongs to it.
#pragma once

#include <weft/models/programs/command_line.h>
#include <weft/models/text/tokenizer_choice.h>

#include <string>

namespace weft::programs {

// What the command line says about tokenizers. Files are one for all text or, where text has two sides, one for each.
struct TokenizerArguments {
  text::TokenizerOptions options = {};
  text::BpeLearning bpe = {};
  bool separate = false;  // codes for each side
  std::vector<std::string> bpe_codes = {}, save_bpe_codes = {}, sentencepiece = {};

  // For one side.
  text::TokenizerChoice choice(std::size_t side) const {
    auto file = [side](const std::vector<std::string>& files) {
      return files.empty() ? "" : files[std::min(side, files.size() - 1)];
    };
    return {options, bpe, file(bpe_codes), file(sentencepiece)};
  }

  // Before any work is done: throws ValueError where options contradict each other.
  void validate() const {
    const bool is_bpe = options.unit == text::Unit::bpe;
    require<ValueError>(is_bpe || (bpe_codes.empty() && save_bpe_codes.empty() && !separate),
                        "--bpe-codes, --save-bpe-codes and --separate-codes go with --unit bpe");
    const bool learns = is_bpe && bpe_codes.empty();
    require<ValueError>(learns || bpe.merges == text::BpeLearning().merges,
                        "--bpe-merges goes with --unit bpe, and without --bpe-codes, whose merges are all used");
    require<ValueError>((options.unit == text::Unit::sentencepiece) == !sentencepiece.empty(),
                        "--unit sentencepiece and --sentencepiece FILE go together");
    require<ValueError>(options.token_pattern.empty() || is_bpe || options.unit == text::Unit::word,
                        "--token-pattern goes with --unit word and bpe");
    const bool two = separate || bpe_codes.size() == 2;
    require<ValueError>(save_bpe_codes.empty() || save_bpe_codes.size() == (two ? 2 : 1), "--save-bpe-codes has ",
                        save_bpe_codes.size(), " files, there ", two ? "are two sets" : "is one set", " of codes");
  }

  void save_codes(std::size_t side, const text::Tokenizer& tokenizer) const {
    if (side < save_bpe_codes.size()) text::write_bpe_codes(save_bpe_codes[side], *tokenizer.bpe_codes());
  }
};

inline void add_tokenizer_options(CLI::App* command, TokenizerArguments& arguments, int sides) {
  InGroup text(command, "Text");
  text::TokenizerOptions& options = arguments.options;
  auto add_files = [&](const std::string& name, std::vector<std::string>& files, const std::string& what) {
    return command->add_option(name, files, what + (sides == 2 ? "; two files: one for each side" : ""))->expected(1, sides);
  };
  add_named(command, "--unit", options.unit, text::unit_from_string, {"word", "char", "bpe", "sentencepiece"},
            "tokens: words, characters, or pieces of words");
  add_named(command, "--unicode", options.normalization, text::normalization_from_string, {"nfc", "nfkc", "none"},
            "normalisation form of all text");
  command->add_flag("--lower-case,!--keep-case", options.lower_case, "read all text in lower case")
      ->default_str(options.lower_case ? "true" : "false");
  command
      ->add_flag("--split-punctuation,!--keep-punctuation", options.split_punctuation,
                 "punctuation marks are words of their own; else words are what stands between spaces")
      ->default_str(options.split_punctuation ? "true" : "false");
  command
      ->add_option("--token-pattern", options.token_pattern,
                   "words are what this regular expression matches, in place of the rules for punctuation")
      ->check(parsed_by([](const std::string& pattern) { text::Regex{pattern}; }))
      ->type_name("REGEX");
  add_whole_number(command, "--bpe-merges", arguments.bpe.merges, 0, kMany,
                   "unit bpe: pieces to learn, the characters not counted");
  if (sides == 2)
    command->add_flag("--separate-codes", arguments.separate, "unit bpe: learn codes for each side, not for both together");
  reads_file(add_files("--bpe-codes", arguments.bpe_codes,
                       "unit bpe: codes to use, as subword-nmt writes them; without it they are learnt"));
  reads_file(add_files("--sentencepiece", arguments.sentencepiece, "unit sentencepiece: the .model file"));
  InGroup run(command, kRunGroup);
  writes_file(add_files("--save-bpe-codes", arguments.save_bpe_codes, "unit bpe: files to write the codes to"));
}

}  // namespace weft::programs
