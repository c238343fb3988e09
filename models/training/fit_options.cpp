#include <weft/models/options/option_error.h>
#include <weft/models/training/fit_options.h>

#include <algorithm>
#include <iterator>

namespace weft {

std::string to_string(LossNormalization normalization) { return name_in(kLossNormalizationNames, normalization); }

std::string to_string(NotFinite policy) { return name_in(kNotFiniteNames, policy); }

namespace {

OptionFields update_fields(FitOptions& o) {
  return {
      {.name = "epochs",
       .value = &o.epochs,
       .range = at_least(0),
       .help = "number of passes over the training data; 0: write the untrained model"},
      {.name = "batch_size",
       .value = &o.batch_size,
       .range = at_least(1),
       .help = "number of examples in a batch",
       .in_files = InFiles::always},
      {.name = "batch_tokens",
       .value = &o.batch_tokens,
       .range = at_least(0),
       .help = "maximum number of tokens in a batch, padding included, which then replaces --batch-size; 0: use --batch-size",
       .in_files = InFiles::always},
      {.name = "accumulate",
       .value = &o.accumulate,
       .range = at_least(1),
       .help = "number of batches whose gradients are accumulated for each update",
       .in_files = InFiles::always},
      {.name = "shards",
       .value = &o.shards,
       .range = from_to(1, 65536),
       .help = "number of parts of an update's examples whose gradients are computed apart and then added in a fixed order; on "
               "several ranks of mpirun it must be at least their number, and for equal numbers of shards the result does not "
               "depend on the ranks",
       .in_files = InFiles::unless_absent,
       .absent = "1"},
      {.name = "normalization",
       .value = named_option(o.normalization, kLossNormalizationNames),
       .help = "what the summed loss of an update is divided by: the number of targets (labels or words), the number of "
               "examples, or nothing",
       .in_files = InFiles::always},
      {.name = "seed", .value = &o.seed, .in_files = InFiles::always}};
}

void check_schedule(const std::string& words) { RateSchedule(words).over({.epochs = 1, .updates_per_epoch = 1}); }

OptionFields rate_fields(FitOptions& o) {
  return {
      {.name = "schedule",
       .value = ParsedOption{.type = "SCHEDULE",
                             .get = [&o] { return o.schedule.words; },
                             .check = check_schedule,
                             .set = [&o](const std::string& words) { o.schedule.words = words; }},
       .help = "learning rate schedule: constant, cosine[:LAST], linear[:LAST], inverse-sqrt:LENGTH, exponential:GAMMA/LENGTH or "
               "step:GAMMA/LENGTH; a LENGTH is 500u (updates), 2e (epochs) or 10% (of the training)",
       .in_files = InFiles::always},
      {.name = "warmup",
       .value = parsed_option(o.schedule.warmup),
       .help = "length of a linear warm-up to the initial learning rate, before the schedule starts",
       .in_files = InFiles::always,
       .key = "warm-up"},
      {.name = "plateau_factor",
       .value = &o.plateau_factor,
       .range = from_to_below(0, 1),
       .help =
           "multiply the learning rate by this factor after more than --plateau-patience epochs without improvement; 0: never",
       .in_files = InFiles::always},
      {.name = "plateau_patience",
       .value = &o.plateau_patience,
       .range = at_least(0),
       .help = "number of epochs without improvement before --plateau-factor applies",
       .in_files = InFiles::always},
      {.name = "clip_norm",
       .value = &o.clip_norm,
       .range = at_least(0),
       .help = "clip gradients to this total norm; 0: no clipping",
       .in_files = InFiles::always}};
}

OptionFields stopping_fields(FitOptions& o) {
  return {{.name = "average",
           .value = &o.average,
           .range = from_to_below(0, 1),
           .help = "decay of an exponential moving average of the weights, such as 0.999, which is evaluated and saved instead "
                   "of them; 0: no averaging",
           .in_files = InFiles::always},
          {.name = "not_finite",
           .value = named_option(o.not_finite, kNotFiniteNames),
           .help = "what to do if a loss or gradient is NaN or infinite: stop and name the op, or skip the update",
           .in_files = InFiles::always},
          {.name = "patience",
           .value = &o.patience,
           .range = at_least(0),
           .help = "stop after this many epochs in a row without improvement; 0: never",
           .in_files = InFiles::always},
          {.name = "min_updates",
           .value = &o.min_updates,
           .range = at_least(0),
           .help = "do not stop early before this number of updates",
           .in_files = InFiles::unless_absent,
           .absent = "0"}};
}

}  // namespace

OptionFields FitOptions::fields() {
  OptionFields all = update_fields(*this);
  for (auto fields : {rate_fields, stopping_fields}) std::ranges::move(fields(*this), std::back_inserter(all));
  return all;
}

void FitOptions::validate() const {
  check_ranges("fit", fields_of(*this), Where{});
  schedule.over({.epochs = 1, .updates_per_epoch = 1});  // throws for invalid words
  check_ranges("fit", fields_of(checkpoint), Where{});
  const int ranks = communicator ? communicator->size() : 1;
  require_option((ranks & (ranks - 1)) == 0, "fit: there are ", ranks, " ranks, which is not a power of two");
  require_option(ranks <= shards, "fit: ", ranks, " ranks need ", OptionName{"shards"}, " of at least ", ranks, ", not ", shards,
                 "; choose it for the largest number of ranks that you will use, because the weights depend on it");
  require_option(!checkpoint.resume || !checkpoint.path.empty(), "fit: resuming requires the path of the checkpoints");
}

}  // namespace weft
