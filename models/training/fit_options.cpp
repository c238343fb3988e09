#include <weft/models/training/fit_options.h>

namespace weft {

std::string to_string(Normalization normalization) { return name_in(kNormalizationNames, normalization); }

Normalization normalization_from_string(std::string_view name) {
  return named_value(kNormalizationNames, "normalization is", name);
}

std::string to_string(NotFinite policy) { return name_in(kNotFiniteNames, policy); }

void FitOptions::validate() const {
  require<ValueError>(epochs >= 0 && batch_size >= 1, "fit: epochs ", epochs, " and batch_size ", batch_size,
                      " must be at least 0 and 1");
  require<ValueError>(batch_tokens >= 0 && accumulate >= 1, "fit: batch_tokens ", batch_tokens, " and accumulate ", accumulate,
                      " must be at least 0 and 1");
  require<ValueError>(patience >= 0 && min_updates >= 0, "fit: patience ", patience, " and min_updates ", min_updates,
                      " must be at least 0");
  require<ValueError>(clip_norm >= 0, "fit: clip_norm ", clip_norm, " is not 0 or above");
  require<ValueError>(plateau_factor >= 0 && plateau_factor < 1 && plateau_patience >= 0, "fit: plateau_factor ", plateau_factor,
                      " and plateau_patience ", plateau_patience, " must be in 0 .. 1 and at least 0");
  require<ValueError>(average >= 0 && average < 1, "fit: average ", average, " is outside 0 <= average < 1");
  schedule.over({.epochs = 1, .updates_per_epoch = 1});  // throws for invalid words
  require<ValueError>(checkpoint.keep >= 0, "fit: checkpoint.keep ", checkpoint.keep, " is negative");
  require<ValueError>(!checkpoint.resume || !checkpoint.path.empty(), "fit: to resume needs the checkpoints' path");
}

}  // namespace weft
