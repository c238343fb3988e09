// The options of a search on the command line, for all subcommands that search.
#pragma once

#include <weft/models/decoding/search_options.h>
#include <weft/models/programs/translate/command.h>

namespace weft::programs {

// What add_search_options fills.
struct SearchChoices {
  SearchOptions options;
  Sampling sampling;
  bool sample = false;
  std::int64_t max_length = 0;

  // Throws ValueError as SearchOptions::validate.
  SearchOptions chosen() const {
    SearchOptions all = options;
    if (sample) all.sampling = sampling;
    if (max_length > 0) all.max_length = max_length;
    all.validate(Where{});
    return all;
  }
};

inline void add_sampling_options(CLI::App* command, SearchChoices& choices) {
  CLI::Option* sample = command->add_flag("--sample", choices.sample, "draw words by their probabilities; not with --beam");
  Sampling& sampling = choices.sampling;
  command->add_option("--temperature", sampling.temperature, "--sample: below 1 likely words get likelier, above 1 rarer")
      ->capture_default_str()
      ->needs(sample);
  command->add_option("--top-k", sampling.top_k, "--sample: of the so many likeliest words alone; 0: of all")
      ->check(whole_number(0, kMany))
      ->capture_default_str()
      ->needs(sample);
  command->add_option("--top-p", sampling.top_p, "--sample: of the likeliest words that hold this share of the probability")
      ->capture_default_str()
      ->needs(sample);
  command->add_option("--seed", sampling.seed, "--sample: of the draws; each line has a random stream of its own")
      ->check(whole_number(0, kLargestSeed))
      ->capture_default_str()
      ->needs(sample);
}

inline void add_search_options(CLI::App* command, SearchChoices& choices) {
  SearchOptions& options = choices.options;
  add_beam(command, options.beam);
  add_named(command, "--length-norm", options.length_norm, length_norm_from_string, {"average", "gnmt"},
            "divides ln p of n tokens by n^alpha (average) or ((5 + n) / 6)^alpha (gnmt)");
  command->add_option("--alpha", options.alpha, "of --length-norm; 0: none, which favours short outputs")->capture_default_str();
  command
      ->add_option("--coverage-penalty", options.coverage_penalty,
                   "beta of GNMT's coverage penalty: against outputs that leave parts of the source unattended")
      ->capture_default_str();
  add_whole_number(command, "--min-length", options.min_length, 0, kMany, "tokens that an output has at least");
  command->add_option("--max-length", choices.max_length, "tokens that an output has at most; without it as in training")
      ->check(whole_number(1, kMany));
  add_whole_number(command, "--no-repeat-ngram", options.no_repeat_ngram, 0, kMany,
                   "no so many tokens in a row come twice in an output; 0: they may");
  command
      ->add_option("--repetition-penalty", options.repetition_penalty,
                   "ln p of a token that was written before counts so many times")
      ->capture_default_str();
  command->add_flag("--replace-unknown", options.unknown,
                    "a word outside the vocabulary may be written: as the source's word where the attention rests");
  add_sampling_options(command, choices);
}

}  // namespace weft::programs
