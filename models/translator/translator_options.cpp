// The options for training a translator, and their validation.
#include <weft/models/options/option_error.h>
#include <weft/models/translator/translator.h>

namespace weft {

OptionFields TranslatorTraining::fields() {
  return {
      {.name = "vocabulary_size",
       .value = &vocabulary_size,
       .range = at_least(0),
       .most_typed = kMostRows,
       .help = "vocabulary size of each side, including special tokens; 0: as large as the training data requires, up to 10000",
       .flag = "--vocab-size"},
      {.name = "joint_vocabulary",
       .value = &joint_vocabulary,
       .help = "use one vocabulary for both sides",
       .flag = "--joint-vocab"},
      {.name = "min_count",
       .value = &min_count,
       .range = at_least(0),
       .help = "treat tokens that occur less often as unknown; 0: automatic, 2, or 1 without --copy if 2 would make over a "
               "tenth of the text unknown"},
      {.name = "learning_rate",
       .value = &learning_rate,
       .range = above(0),
       .help = "initial learning rate of Adam, see --schedule; untied embeddings without given vectors use sqrt(embedding-dim) "
               "times the rate"},
      {.name = "label_smoothing",
       .value = &label_smoothing,
       .range = from_to_below(0, 1),
       .help = "probability mass of the true word that is spread evenly over the vocabulary; dev losses are computed without "
               "smoothing",
       .in_files = InFiles::always},
      {.name = "max_length",
       .value = &max_length,
       .range = at_least(1),
       .help = "maximum number of tokens: longer pairs are left out of training, and no output is longer"}};
}

void TranslatorTraining::validate() const {
  check_ranges("train", fields_of(*this), Where{});
  const bool is_joint = joint_vocabulary || model.tie == Tie::all;
  require_option(!is_joint || target_words.vocabulary.empty(),
                 "train: a joint vocabulary is read from one file, the one for the source");
  require_option(model.tie != Tie::all || source_words.vectors.empty(), "train: with ", OptionName{"tie"},
                 " all, both sides use the vectors of the target; vectors of the source cannot be given");
  fit.validate();
}

}  // namespace weft
