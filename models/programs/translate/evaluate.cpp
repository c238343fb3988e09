// translate evaluate.
#include <weft/models/metrics/rouge.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/report_option.h>
#include <weft/models/programs/translate/command.h>
#include <weft/models/programs/translate/search_options.h>
#include <weft/models/report/translator_report.h>
#include <weft/models/translator/translator.h>

#include <iostream>
#include <memory>

namespace weft::programs {

void add_evaluate(Command& program) {
  struct Options {
    Paths test;
    text::FileOptions files;
    Paths models;
    SearchChoices search;
    metrics::BleuOptions bleu;
    bool rouge = false, each_pair = false;
    ReportOption report;
  };
  auto options = std::make_shared<Options>();
  Command& command =
      program.subcommand("evaluate", "Score a translator; equal source lines count as one source with several references");
  add_models(command, options->models);
  add_pairs(command, "--test", options->test, "pairs").required();
  add_pair_options(command, options->files, kContextOfTraining);
  add_search_options(command, options->search);
  command.option({.name = "bleu_tokenizer",
                  .value = named_option(options->bleu.tokenizer, metrics::kBleuTokenizerNames),
                  .help = "how BLEU splits lines, as in sacreBLEU: none (at spaces), 13a (words and punctuation) or char"});
  command.flag("--lower-case", &options->bleu.lower_case, "compute BLEU and chrF on lower-cased lines");
  command.flag("--each-pair", &options->each_pair,
               "keep equal source lines separate, each with its own target, for answers that depend on more than the line");
  command.flag("--rouge", &options->rouge, "also print F1 of ROUGE-1, ROUGE-2 and ROUGE-L, for summaries");
  add_report(command, options->report, "scores, BLEU by length of the source, alignments and samples");
  add_threads(command);
  command.action([options, &command] {
    const SearchOptions search = options->search.chosen();
    Translator translator = load_translator(options->models);
    complete_context(command, options->test, options->files, translator);
    const auto pairs = read_all(*pair_source(options->test, options->files));
    const TranslatedSources translated = translator.translate_sources(pairs, search, options->each_pair);
    const TranslatorScores scores = translator.evaluate_translations(pairs, translated, options->bleu);
    print_result("bleu", scores.bleu.score, 2);
    print_result("exact_match", 100 * scores.exact_match, 2);
    print_result("perplexity", scores.perplexity, 4);
    print_result("chrf", scores.chrf, 2);
    print_result("chrf++", scores.chrf_plus_plus, 2);
    if (options->rouge) {
      const metrics::Rouge rouge = metrics::mean_rouge(translated.outputs(), translated.references);
      print_result("rouge_1", 100 * rouge.rouge1.f1, 2);
      print_result("rouge_2", 100 * rouge.rouge2.f1, 2);
      print_result("rouge_l", 100 * rouge.rouge_l.f1, 2);
    }
    std::cout << "signature " << scores.signature << '\n' << to_string(scores.bleu) << '\n';
    if (!options->report.picture && !options->report.wanted()) return;
    report::Report report = begin_report(options->report);
    report::add_evaluation(report, translated, scores, options->bleu);
    if (options->report.wanted()) report::write_report(options->report.path, report);
    if (options->report.picture) std::cout << '\n' << report::terminal_picture(report.quality);
  });
}

}  // namespace weft::programs
