#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/translate/search_options.h>

namespace weft::programs {

SearchOptions SearchChoices::chosen() const {
  SearchOptions all = options;
  if (sample) all.sampling = sampling;
  if (max_length > 0) all.max_length = max_length;
  all.validate(Where{});
  return all;
}

static void add_sampling_options(Command& command, SearchChoices& choices) {
  Option& sample = command.flag("--sample", &choices.sample, "draw words by their probabilities; not with --beam");
  Sampling& sampling = choices.sampling;
  command.option("--temperature", &sampling.temperature, "--sample: below 1 likely words get likelier, above 1 rarer")
      .needs(sample);
  command.option("--top-k", &sampling.top_k, "--sample: draw among this many of the likeliest words; 0: among all")
      .range(0, kMany)
      .needs(sample);
  command.option("--top-p", &sampling.top_p, "--sample: of the likeliest words that hold this share of the probability")
      .needs(sample);
  command.option("--seed", &sampling.seed, "--sample: of the draws; each line has a random stream of its own")
      .range(0, kLargestSeed)
      .needs(sample);
}

void add_search_options(Command& command, SearchChoices& choices) {
  SearchOptions& options = choices.options;
  add_beam(command, options.beam);
  command.option("--length-norm", &options.length_norm, kLengthNormNames,
                 "divides ln p of n tokens by n^alpha (average) or ((5 + n) / 6)^alpha (gnmt)");
  command.option("--alpha", &options.alpha, "of --length-norm; 0: none, which favours short outputs");
  command.option("--coverage-penalty", &options.coverage_penalty,
                 "beta of GNMT's coverage penalty: against outputs that leave parts of the source unattended");
  command.option("--min-length", &options.min_length, "tokens that an output has at least").range(0, kMany);
  command.option("--max-length", &choices.max_length, "tokens that an output has at most; without it as in training")
      .range(1, kMany)
      .without_default();
  command
      .option("--no-repeat-ngram", &options.no_repeat_ngram,
              "no sequence of this many tokens occurs twice in an output; 0: no limit")
      .range(0, kMany);
  command.option("--repetition-penalty", &options.repetition_penalty, "multiply ln p of a token that was written before by this");
  command.flag("--replace-unknown", &options.unknown,
               "a word outside the vocabulary may be written: as the source's word where the attention rests");
  add_sampling_options(command, choices);
}

}  // namespace weft::programs
