// What a translator is trained by: options and their check.
#include <weft/models/options/option_error.h>
#include <weft/models/translator/translator.h>

namespace weft {

OptionFields TranslatorTraining::fields() {
  constexpr std::int64_t kLargestVocabulary = 100'000'000;
  return {
      {.name = "vocabulary_size",
       .value = &vocabulary_size,
       .range = from_to(0, kLargestVocabulary),
       .help = "rows of each embedding, specials included; 0: as many as the training data asks for, up to 10000",
       .flag = "--vocab-size"},
      {.name = "joint_vocabulary", .value = &joint_vocabulary, .help = "one vocabulary for both sides", .flag = "--joint-vocab"},
      {.name = "min_count",
       .value = &min_count,
       .range = at_least(0),
       .help = "rarer tokens count as unknown; 0: 2, or 1 where that would hide over a tenth of the text and --copy cannot "
               "write it"},
      {.name = "learning_rate",
       .value = &learning_rate,
       .range = above(0),
       .help = "Adam's step size, which follows --schedule; embeddings without vectors take sqrt(embedding-dim) times it"},
      {.name = "label_smoothing",
       .value = &label_smoothing,
       .range = from_to_below(0, 1),
       .help = "share of each target word that is spread evenly over the vocabulary; dev losses are without it",
       .in_files = InFiles::always},
      {.name = "max_length",
       .value = &max_length,
       .range = at_least(1),
       .help = "tokens: pairs with more on a side are not trained on, and no output gets longer"}};
}

void TranslatorTraining::validate() const {
  check_ranges("train", fields_of(*this), Where{});
  const bool is_joint = joint_vocabulary || model.tie == Tie::all;
  require_option(!is_joint || target_words.vocabulary.empty(),
                 "train: a joint vocabulary is read from one file, that of the source");
  require_option(model.tie != Tie::all || source_words.vectors.empty(), "train: with ", OptionName{"tie"},
                 " all, both sides use the vectors of the target; vectors of the source cannot be given");
  fit.validate();
}

}  // namespace weft
