#include <weft/models/options/option_error.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/tokenizer_options.h>

#include <algorithm>

namespace weft::programs {

void TokenizerArguments::set_units(const std::vector<std::string>& names) {
  options.unit = text::unit_from_string(names.front());
  target_unit = text::unit_from_string(names.back());
}

text::TokenizerChoice TokenizerArguments::choice(std::size_t side) const {
  auto file = [&](text::Unit wanted, const std::vector<std::string>& files) {
    return files.empty() || unit(side) != wanted ? "" : files[std::min(side, files.size() - 1)];
  };
  text::TokenizerOptions own = options;
  own.unit = unit(side);
  return {own, bpe, file(text::Unit::bpe, bpe_codes), file(text::Unit::sentencepiece, sentencepiece)};
}

void TokenizerArguments::validate() const {
  const bool is_bpe = has_unit(text::Unit::bpe);
  const OptionName codes{"--bpe-codes"}, save_codes{"--save-bpe-codes"}, pieces{"--sentencepiece"}, unit_name{"--unit"};
  require_option(is_bpe || (bpe_codes.empty() && save_bpe_codes.empty() && !separate), codes, ", ", save_codes, " and ",
                 OptionName{"--separate-codes"}, " require ", unit_name, " bpe");
  // The second number is in configurations that were saved before translate had a default of its own.
  const bool usual = bpe.merges == usual_merges || bpe.merges == text::BpeLearning().merges;
  require_option(usual || (is_bpe && bpe_codes.empty()), OptionName{"--bpe-merges"}, " requires ", unit_name, " bpe without ",
                 codes, ", whose merges are all used");
  require_option(has_unit(text::Unit::sentencepiece) == !sentencepiece.empty(), unit_name, " sentencepiece and ", pieces,
                 " FILE must be given together");
  const bool has_words = !has_unit(text::Unit::character) && !has_unit(text::Unit::sentencepiece);
  require_option(options.token_pattern.empty() || has_words, OptionName{"--token-pattern"}, " requires ", unit_name,
                 " word or bpe");
  const bool two = unit(0) == unit(1) && (separate || bpe_codes.size() == 2);
  require_option(save_bpe_codes.empty() || save_bpe_codes.size() == (two ? 2 : 1), save_codes, " needs ",
                 two ? "a file for each of the two sets of codes" : "one file for the one set of codes", ", not ",
                 save_bpe_codes.size());
}

void TokenizerArguments::save_codes(std::size_t set, const text::Tokenizer& tokenizer) const {
  if (set < save_bpe_codes.size()) text::write_bpe_codes(save_bpe_codes[set], *tokenizer.bpe_codes());
}

void add_tokenizer_options(Command& command, TokenizerArguments& arguments, int sides) {
  InGroup text(command, "Text");
  text::TokenizerOptions& options = arguments.options;
  auto add_files = [&](const std::string& name, std::vector<std::string>& files, const std::string& what) -> Option& {
    return command.option(name, &files, what + (sides == 2 ? "; two files: one for each side" : "")).values(1, sides);
  };
  command
      .option(
          "--unit", [&arguments](const std::vector<std::string>& names) { arguments.set_units(names); },
          std::string("kind of tokens: words, characters, or subwords") + (sides == 2 ? "; two units: one for each side" : ""))
      .values(1, sides)
      .choices(all_names(text::kUnitNames))
      .default_text(to_string(options.unit));
  for (const OptionField& field : options.fields())
    if (!field.help.empty() && (sides == 1 || field.name != "split_unspaced")) command.option(field);
  command.option("--bpe-merges", &arguments.bpe.merges, "unit bpe: number of merges to learn").range(0, kMany);
  if (sides == 2)
    command.flag("--separate-codes", &arguments.separate, "unit bpe: learn separate codes for each side rather than joint ones");
  add_files("--bpe-codes", arguments.bpe_codes,
            "unit bpe: file of codes in the format of subword-nmt; without it, codes are learnt")
      .reads_file();
  add_files("--sentencepiece", arguments.sentencepiece, "unit sentencepiece: the SentencePiece .model file").reads_file();
  InGroup run(command, kRunGroup);
  add_files("--save-bpe-codes", arguments.save_bpe_codes, "unit bpe: file to write the codes to").writes_file();
}

}  // namespace weft::programs
