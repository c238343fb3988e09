#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/translate/command.h>
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
  Option& sample =
      command.flag("--sample", &choices.sample, "sample words from the model's distribution; cannot be combined with --beam");
  for (const OptionField& field : choices.sampling.fields()) command.option(field).needs(sample);
}

void add_search_options(Command& command, SearchChoices& choices) {
  add_beam(command, choices.options);
  for (const OptionField& field : choices.options.fields()) {
    if (field.help.empty() || field.name == "beam") continue;
    command.option(field);
    if (field.name == "min_length")
      command.option("--max-length", &choices.max_length, "maximum number of tokens in an output; by default as in training")
          .range(1, kMany)
          .without_default();
  }
  add_sampling_options(command, choices);
}

}  // namespace weft::programs
