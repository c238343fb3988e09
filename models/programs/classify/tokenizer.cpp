// The tokenizer of a classifier.
#include <weft/models/data/map_examples.h>
#include <weft/models/programs/classify/command.h>

namespace weft::programs {

text::Tokenizer classifier_tokenizer(const TokenizerArguments& arguments, const text::LabelledSource& texts,
                                     const std::function<void(std::int64_t)>& show, Communicator* ranks) {
  return text::make_tokenizer(arguments.choice(0), [&](const text::Tokenizer& words) {
    return text::count_tokens(
        texts, [&](const text::LabelledText& example) { return words.tokens(example.text); }, show, ranks);
  });
}

}  // namespace weft::programs
