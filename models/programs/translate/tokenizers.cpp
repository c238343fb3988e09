// The tokenizers of translate's training.
#include <weft/models/data/map_examples.h>
#include <weft/models/programs/command_line/training_options.h>
#include <weft/models/programs/translate/command.h>
#include <weft/models/progress/progress.h>

#include <algorithm>
#include <iterator>

namespace weft::programs {

void make_tokenizers(const TokenizerArguments& arguments, const text::PairSource& pairs, TranslatorTraining& training) {
  auto count = [&](bool source, bool target) {
    return [=, &pairs, &training](const text::Tokenizer& words) {
      auto tokens_of = [&](const text::TextPair& pair) {
        std::vector<std::string> tokens;
        if (source) tokens = words.tokens(pair.source);
        if (target) std::ranges::move(words.tokens(pair.target), std::back_inserter(tokens));
        return tokens;
      };
      return text::count_tokens(pairs, tokens_of, reading_progress(training.fit.progress, "counting words", "pairs"),
                                training.fit.communicator);
    };
  };
  const bool one = arguments.is_one();
  training.source_tokenizer = text::make_tokenizer(arguments.choice(0), count(true, one));
  training.target_tokenizer = one ? training.source_tokenizer : text::make_tokenizer(arguments.choice(1), count(false, true));
  auto save = [arguments, source = training.source_tokenizer, target = training.target_tokenizer](const History&) {
    arguments.save_codes(0, source.bpe_codes() ? source : target);
    arguments.save_codes(1, target);
  };
  training.fit.callbacks.push_back({.on_start = save});
}

}  // namespace weft::programs
