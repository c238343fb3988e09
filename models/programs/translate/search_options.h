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
  SearchOptions chosen() const;
};

void add_search_options(Command& command, SearchChoices& choices);

}  // namespace weft::programs
