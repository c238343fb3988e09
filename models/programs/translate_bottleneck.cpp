// translate bottleneck.
#include <weft/models/bottleneck.h>
#include <weft/models/programs/report_option.h>
#include <weft/models/programs/translate_command.h>

#include <memory>

namespace weft::programs {

void add_bottleneck(CLI::App& app) {
  struct Options {
    Paths train, dev, test;
    text::FileOptions files;
    TokenizerArguments tokenizer = {.options = kWordsAsWritten};
    BottleneckOptions bottleneck;
    ReportOption report;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "bottleneck", "Train a translator with attention and one without, and draw BLEU against the length of the source");
  add_pairs(command, "--train", options->train, "training pairs")->required();
  add_pairs(command, "--dev", options->dev, "pairs that choose the best epoch; without them 5 % of the training pairs do");
  add_pairs(command, "--test", options->test, "pairs to score")->required();
  add_file_options(command, options->files, "source,target");
  add_tokenizer_options(command, options->tokenizer, 2);
  add_training_options(command, options->bottleneck.training);
  add_whole_number(command, "--seeds", options->bottleneck.seeds, 1, 1000, "runs of each, with the seeds from --seed on");
  add_beam(command, options->bottleneck.search.beam);
  command
      ->add_option("--bounds", options->bottleneck.bounds,
                   "longest sources of each group of lengths, as in 10,20,30; unset: by the lengths of the test sources")
      ->delimiter(',')
      ->type_name("LENGTHS");
  add_report_alone(command, options->report, "BLEU by length, parameters, learning curves");
  add_threads(command);
  command->callback([options] {
    Paths inputs = options->train;
    inputs.insert(inputs.end(), options->dev.begin(), options->dev.end());
    inputs.insert(inputs.end(), options->test.begin(), options->test.end());
    check_one_standard_input(inputs);
    check_report(options->report, inputs);
    options->tokenizer.validate(inputs);
    std::vector<text::TextPair> dev;
    if (!options->dev.empty()) dev = read_all(*pair_source(options->dev, options->files));
    const auto train = read_all(*pair_source(options->train, options->files));
    const auto test = read_all(*pair_source(options->test, options->files));
    make_tokenizers(options->tokenizer, text::MemorySource<text::TextPair>(train), options->bottleneck.training);
    options->bottleneck.training.fit.log = &std::cout;
    const BottleneckResult result = bottleneck(train, dev, test, options->bottleneck);
    std::cout << "\nparameters with attention " << result.attention_parameters << ", fixed vector " << result.fixed_parameters
              << "\n\n"
              << report::terminal_picture(result.curves);
    if (!options->report.wanted()) return;
    report::Report report = begin_report(options->report);
    report::add_bottleneck(report, result);
    report::write_report(options->report.path, report);
  });
}

}  // namespace weft::programs
