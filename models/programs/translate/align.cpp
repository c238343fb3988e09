// translate align.
#include <weft/models/charts/numbers.h>
#include <weft/models/charts/text_width.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/report_option.h>
#include <weft/models/programs/translate/command.h>
#include <weft/models/report/alignment.h>

#include <iostream>
#include <memory>

namespace weft::programs {

void add_align(Command& program) {
  struct Options {
    Paths pairs;
    text::FileOptions files;
    std::string model;
    std::int64_t first = 20;
    ReportOption report;
  };
  auto options = std::make_shared<Options>();
  Command& command = program.subcommand("align", "Draw the attention of the decoder while it writes given targets");
  command.option("--model", &options->model, "file from train").reads_file(Input::model).required();
  add_pairs(command, "--pairs", options->pairs, "sources and the targets to write").required();
  add_pair_options(command, options->files, kContextOfTraining);
  command.option("--first", &options->first, "draw only this many pairs, from the first").range(1, kMany);
  add_report(command, options->report, "a heatmap for each pair; the terminal then shows them only with --picture");
  add_threads(command);
  command.action([options, &command] {
    Translator translator = Translator::load(options->model);
    require<ValueError>(translator.model().options().has_attention(), options->model, ": the model has no attention");
    complete_context(command, options->pairs, options->files, translator);
    std::vector<text::TextPair> pairs;
    const auto source = pair_source(options->pairs, options->files);
    auto reader = source->open();
    for (text::TextPair pair; std::ssize(pairs) < options->first && reader->next(pair);) pairs.push_back(pair);
    report::Report report;
    if (options->report.wanted()) report = begin_report(options->report);
    for (const Translation& aligned : translator.score(pairs)) {
      const std::string score = "ln p of a token " + report::fixed(aligned.score, 2);
      if (!options->report.wanted() || options->report.picture)
        std::cout << report::printable(text::join(aligned.source)) << '\n'
                  << report::printable(aligned.text) << "  (" << score << ")\n"
                  << alignment_picture(aligned.source, aligned.target, aligned.attention) << '\n';
      report.alignments.push_back({aligned.source, aligned.target, aligned.attention, score});
    }
    if (options->report.wanted()) report::write_report(options->report.path, report);
  });
}

}  // namespace weft::programs
